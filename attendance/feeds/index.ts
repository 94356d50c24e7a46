import { aeriesSource } from './aeries.ts';
import { edfiSource } from './edfi.ts';
import { sftpSource } from './sftp.ts';
import type { FeedSystem, OpenSource } from './source.ts';

/** Every system that can be pulled. A new one is one file and one entry here. */
export const SOURCES: Record<FeedSystem, OpenSource> = { edfi: edfiSource, aeries: aeriesSource, sftp: sftpSource };
