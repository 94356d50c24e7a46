import { setTimeout as sleep } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import type { FeedSettings } from '../../policy/feeds.ts';
import type { TakenFile } from '../../store/feeds.ts';
import { FeedProblem } from './problem.ts';
import { SftpSession, type RemoteFile } from './sftp-session.ts';
import type { Ask, Before, Connection, FeedSource, FoundFile, OpenSource, Parcel } from './source.ts';

/**
 * Files that a system drops into a folder of an SFTP server, night by night. Each file is taken once, and again when it was written anew;
 * one that is being written is left alone. What kind of file it is, its reader says by itself. Whether it tells changes or everything,
 * nobody can read off it, so the feed says that: only then does a row that is missing mean anything.
 */

/** A file that has not changed for so long, in milliseconds, is taken to be whole where nothing marks that it is. */
const STILL_MS = 5_000;
/** Names under which files are written before they get their own. */
const UNFINISHED = /\.(part|partial|filepart|tmp|temp|swp|crdownload)$/i;
/** A name that is nothing but a name: no folder, no sign that means something to a system, nothing hidden. */
const PLAIN = /^[^\p{C}\s./\\][^\p{C}/\\:*?"<>|]{0,119}$/u;
/** So many names are told of files that nobody can take. */
const MOST_TOLD = 5;

export const sftpSource: OpenSource = (connection) => new SftpSource(connection);

class SftpSource implements FeedSource {
  private session: SftpSession | null = null;
  private chosen: Promise<RemoteFile[]> | null = null;

  constructor(private readonly connection: Connection) {}

  async position(before: Before): Promise<{ upto: Record<string, number>; changes: boolean; asOf?: string }> {
    const newest = Math.max(...(await this.files(before)).map(({ modified }) => modified));
    // A server that keeps no times says zero.
    return { upto: {}, changes: true, ...(newest > 0 ? { asOf: instantOf(newest) } : {}) };
  }

  async *parcels(ask: Ask): AsyncGenerator<Parcel> {
    const files = await this.files(ask);
    const { exports, schools, windowDays } = ask.settings;
    for (const gone of missing(files, ask.taken)) ask.leavesOut(gone);
    const complete = exports !== 'changes';
    for (const batch of complete ? [files] : batches(files)) {
      yield {
        // Files may have been written anew since an attempt before this one; what comes has to be of one moment.
        keepsFiles: false,
        files: () => found(this.sessionOf(ask.settings.hostKey), batch),
        coverage: () => ({
          schools: schools ?? 'all',
          ...(complete ? { from: firstDay(ask, exports, windowDays), to: ask.through } : { from: null, to: null }),
          complete,
        }),
      };
    }
  }

  close(): void {
    this.session?.drop();
  }

  private files(before: Pick<Before, 'kind' | 'taken' | 'settings'>): Promise<RemoteFile[]> {
    this.chosen ??= this.choose(before);
    return this.chosen;
  }

  /**
   * The files to be taken now, in the order in which they were written.
   * @throws FeedProblem when there is nothing to take, or nothing whole
   */
  private async choose({ kind, taken, settings }: Pick<Before, 'kind' | 'taken' | 'settings'>): Promise<RemoteFile[]> {
    const session = this.sessionOf(settings.hostKey);
    const listed = await session.list();
    const odd = listed.filter(({ name }) => !PLAIN.test(name) && !name.startsWith('.'));
    const wanted = matching(listed, settings);
    const whole = settings.doneMarker === null ? await this.still(session, wanted) : marked(listed, wanted, settings.doneMarker);
    const open = wanted.filter((file) => !whole.includes(file));
    if (settings.exports !== 'changes' && open.length > 0)
      throw new FeedProblem(
        `${listOf(open)} ${open.length === 1 ? 'is' : 'are'} still being written; what lies there is read when it is whole.`,
        true,
      );
    const latest = settings.exports === 'changes' ? whole : latestOfEach(whole);
    const fresh = latest.filter((file) => !taken.some((one) => isSame(one, file)));
    const files = kind === 'reconcile' ? latest : fresh;
    if (files.length > 0) return files.sort(byTime);
    throw new FeedProblem(nothingToTake(session.server, { listed, odd, open, taken, settings }), true);
  }

  /** Files that were as long and as old a little earlier. */
  private async still(session: SftpSession, files: RemoteFile[]): Promise<RemoteFile[]> {
    if (files.length === 0) return [];
    const { pause = (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}), signal } = this.connection.wire;
    await pause(STILL_MS, signal);
    const now = await session.list();
    return files.filter((file) => now.some((one) => one.name === file.name && one.size === file.size && one.modified === file.modified));
  }

  private sessionOf(hostKey: string | null): SftpSession {
    this.session ??= new SftpSession(this.connection, hostKey);
    return this.session;
  }
}

async function* found(session: SftpSession, files: readonly RemoteFile[]): AsyncGenerator<FoundFile> {
  for (const file of files) {
    const bytes = (): AsyncIterable<Buffer> => session.read(file);
    yield await Promise.resolve({ name: file.name, size: file.size, modifiedAt: instantOf(file.modified), bytes });
  }
}

/** The first day of which a complete export tells everything, and is to be heard. */
function firstDay(ask: Ask, exports: FeedSettings['exports'], windowDays: number): string {
  const window = Temporal.PlainDate.from(ask.through)
    .subtract({ days: windowDays - 1 })
    .toString();
  if (exports === 'window') return window > ask.yearFrom ? window : ask.yearFrom;
  return ask.kind === 'reconcile' ? ask.yearFrom : [window, ask.open ?? window].sort()[0]!;
}

function matching(listed: readonly RemoteFile[], { files: patterns }: FeedSettings): RemoteFile[] {
  const wanted = patterns.map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.')}$`,
        'iu',
      ),
  );
  return listed.filter(({ name, size }) => size > 0 && PLAIN.test(name) && !UNFINISHED.test(name) && wanted.some((one) => one.test(name)));
}

const marked = (listed: readonly RemoteFile[], files: readonly RemoteFile[], marker: string): RemoteFile[] =>
  files.filter(({ name }) => listed.some((one) => one.name === `${name}${marker}`));

/** Files of which each night brings another: their names differ in dates and numbers alone. */
const seriesOf = (name: string): string => name.toLowerCase().replace(/[\d_-]+/g, '#');

function latestOfEach(files: readonly RemoteFile[]): RemoteFile[] {
  const latest = new Map<string, RemoteFile>();
  for (const file of [...files].sort(byTime)) latest.set(seriesOf(file.name), file);
  return [...latest.values()];
}

/** Deliveries of files in the order in which they were written: what a later night says comes after what the one before said. */
function batches(files: readonly RemoteFile[]): RemoteFile[][] {
  const found: RemoteFile[][] = [];
  let series = new Set<string>();
  for (const file of files) {
    if (found.length === 0 || series.has(seriesOf(file.name))) {
      found.push([]);
      series = new Set();
    }
    found.at(-1)!.push(file);
    series.add(seriesOf(file.name));
  }
  return found;
}

/** Series that came with the last files that were taken, and of which nothing new has come this time. */
function missing(files: readonly RemoteFile[], taken: readonly TakenFile[]): string[] {
  const day = taken.at(-1)?.modifiedAt.slice(0, 10);
  const here = new Set(files.map(({ name }) => seriesOf(name)));
  const before = taken.filter(({ modifiedAt, name }) => modifiedAt.slice(0, 10) === day && !here.has(seriesOf(name)));
  return [...new Set(before.map(({ name }) => `nothing new: ${name}`))].sort();
}

const byTime = (one: RemoteFile, other: RemoteFile): number => one.modified - other.modified || (one.name < other.name ? -1 : 1);

const isSame = (taken: TakenFile, { name, size, modified }: RemoteFile): boolean =>
  taken.name === name && taken.size === size && taken.modifiedAt === instantOf(modified);

const instantOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

const listOf = (files: readonly { name: string }[]): string => {
  const told = files
    .map(({ name }) => name)
    .sort()
    .slice(0, MOST_TOLD);
  return told.join(', ') + (files.length > MOST_TOLD ? ` and ${files.length - MOST_TOLD} more` : '');
};

function nothingToTake(
  server: string,
  what: { listed: RemoteFile[]; odd: RemoteFile[]; open: RemoteFile[]; taken: readonly TakenFile[]; settings: FeedSettings },
): string {
  const { listed, odd, open, taken, settings } = what;
  const last = taken.at(-1);
  if (open.length > 0)
    return `${listOf(open)} ${open.length === 1 ? 'is' : 'are'} ${settings.doneMarker === null ? 'still being written' : `not marked as whole (${settings.doneMarker})`}; nothing else is new.`;
  if (last !== undefined)
    return `${server} has no new file; the last one was ${last.name}, written ${last.modifiedAt.slice(0, 16).replace('T', ' ')} UTC. See whether the export still runs.`;
  const others = odd.length > 0 ? ` ${odd.length} of them have names that cannot be used.` : '';
  return `${server} has no file in the feed’s folder that is called like ${settings.files.join(', ')}; ${listed.length} others lie there.${others}`;
}
