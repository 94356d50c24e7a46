export default async function tearDown() {
  await globalThis.rollbookServers.stop();
}
