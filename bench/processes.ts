import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Child {
  process: ChildProcess;
  send(message: object): void;
  /** Asks for something and waits for the answer. */
  ask<T>(message: object): Promise<T>;
  stop(): Promise<void>;
}

/** Starts a process of this repository and waits until it says that it is ready. */
export async function startChild(script: string, args: string[], env: NodeJS.ProcessEnv, execArgv: string[] = []): Promise<Child> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    env: { ...process.env, ...env },
    execArgv,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (piece: Buffer) => (said = `${said}${piece.toString()}`.slice(-4_000)));
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it was ready: ${said}`)));
  });
  return {
    process: child,
    send: (message) => void child.send(message),
    ask: <T>(message: object) =>
      new Promise<T>((resolve) => {
        child.once('message', (answer) => resolve(answer as T));
        child.send(message);
      }),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
        // What still holds on after that has nothing left to lose.
        setTimeout(() => child.kill('SIGKILL'), 20_000).unref();
      }),
  };
}
