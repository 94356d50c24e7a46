import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A real SMTP server in this process, and what came to it. */
export interface MailServer {
  port: number;
  /** Every message that it has answered for, in order. */
  readonly got: ParsedMail[];
  /** Addresses that it answers with this line instead of taking mail for them. */
  readonly refuses: Map<string, { code: number; line: string }>;
  /** Cut the connection when a message has come, instead of answering. */
  silent: boolean;
  close(): Promise<void>;
}

/** @param port one that a server had before; absent: a free one */
export async function startMailServer(options: SMTPServerOptions = {}, port = 0): Promise<MailServer> {
  const got: ParsedMail[] = [];
  const refuses: MailServer['refuses'] = new Map();
  const answer = (to: string): Error | undefined => {
    const refusal = refuses.get(to);
    return refusal && Object.assign(new Error(refusal.line), { responseCode: refusal.code });
  };
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    // A plain server speaks no TLS; one that is to speak it is given a certificate.
    ...(options.cert ? {} : { disabledCommands: ['STARTTLS', 'AUTH'] }),
    onRcptTo: ({ address }, _session, done) => done(answer(address)),
    onData: (stream, session, done) => {
      void simpleParser(stream).then((mail) => {
        got.push(mail);
        if (mailServer.silent) for (const connection of server.connections) connection.close();
        else done(answer(`data:${session.envelope.rcptTo[0]?.address ?? ''}`));
      }, done);
    },
    ...options,
  });
  server.on('error', () => undefined);
  const listening = server.listen(port, '127.0.0.1');
  await once(listening, 'listening');
  const mailServer: MailServer = {
    port: (listening.address() as AddressInfo).port,
    got,
    refuses,
    silent: false,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
  return mailServer;
}
