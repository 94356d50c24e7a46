import { register } from 'tsx/esm/api';

/** Jest loads this file as it is; the rest of the world is TypeScript. */
export default async function setUp() {
  const unregister = register();
  const { startServers } = await import('./servers.ts');
  globalThis.rollbookServers = await startServers();
  await unregister();
}
