import { createTransport, type NodemailerError } from 'nodemailer';
import type { Channel, Delivered } from './channel.ts';

/** Where mail is handed over, and in whose name. */
export interface SmtpServer {
  host: string;
  port: number;
  /**
   * `implicit` from the first byte on; `starttls` before anything is said, and not without; `none` only where somebody asked for it, as for
   * a server on the same machine.
   */
  tls: 'implicit' | 'starttls' | 'none';
  auth?: { user: string; pass: string };
  /** The sender, as `Rollbook <rollbook@district.example>` or an address alone. */
  from: string;
}

/** How long the server may keep silent, in milliseconds, while it is reached and afterwards; and how long one message may take in all. */
const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
/** Lower than the lease of a message (store/staff-messages.ts), so that nobody else takes it up meanwhile. */
const MESSAGE_MS = 90_000;

const PORTS = { implicit: 465, starttls: 587, none: 25 };

/**
 * Reads where mail goes from `smtps://USER:PASSWORD@HOST:PORT` or `smtp://…`. The latter speaks TLS before anything else (STARTTLS) and
 * hands nothing over without, unless the address ends with `?tls=off`.
 * @returns null if it is no such address
 */
export function smtpServer(address: string, from: string): SmtpServer | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (!['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') return null;
  if (![...url.searchParams].every(([key, value]) => key === 'tls' && value === 'off' && url.protocol === 'smtp:')) return null;
  const tls = url.protocol === 'smtps:' ? 'implicit' : url.searchParams.has('tls') ? 'none' : 'starttls';
  const [user, pass] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? PORTS[tls] : Number(url.port),
    tls,
    ...(user === '' ? {} : { auth: { user, pass } }),
    from,
  };
}

/** Email by SMTP, one connection for each message. */
export function createSmtpChannel(server: SmtpServer): Channel {
  const { host, port, tls, auth, from } = server;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(auth ? { auth } : {}),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([^\s@>]+)>?\s*$/.exec(from)?.[1] ?? 'rollbook';
  return {
    async send({ id, to, subject, text }) {
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          subject,
          text,
          messageId: `<rollbook.${id}@${domain}>`,
          // RFC 3834: no out-of-office notice comes back for it.
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.timeout(MESSAGE_MS),
        });
        return { kind: 'sent' };
      } catch (error) {
        return judged(error as NodemailerError);
      }
    },
    close: () => transport.close(),
  };
}

/** Steps at which a refusal speaks of the message or of whom it is for; at all others it speaks of us, and somebody has to set that right. */
const ABOUT_THE_MESSAGE: readonly (string | undefined)[] = ['RCPT TO', 'DATA'];
/** What goes wrong before a message is handed over, by nodemailer's name. */
const BEFORE: readonly (string | undefined)[] = ['EDNS', 'EAUTH', 'ENOAUTH', 'ETLS', 'EPROTOCOL', 'EENVELOPE', 'EPROXY'];
const NOBODY_THERE: readonly (string | undefined)[] = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'];

/** RFC 5321, 4.2.1: an answer of 5yz stands, one of 4yz may be another one later. */
function judged(error: NodemailerError): Delivered {
  const why = error.response ?? error.message;
  const answered = error.responseCode !== undefined;
  if (error.permanent === true && ABOUT_THE_MESSAGE.includes(error.command)) return { kind: 'refused', why };
  // The address itself is none that could be sent to.
  if (error.code === 'EENVELOPE' && error.command === 'API') return { kind: 'refused', why };
  const before =
    answered ||
    BEFORE.includes(error.code) ||
    NOBODY_THERE.includes(error.originalCode) ||
    error.timeoutType === 'CONNECT_TIMEOUT' ||
    error.timeoutType === 'GREETING_TIMEOUT';
  return { kind: 'later', why, left: !before };
}
