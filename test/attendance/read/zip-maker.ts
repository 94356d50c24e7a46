import { crc32, deflateRawSync } from 'node:zlib';

interface Entry {
  name: string;
  content: Buffer;
  /** As another tool might write it, or a liar: what stands in the directory instead of the truth. */
  says?: { size?: number; packed?: number; offset?: number; crc?: number; flags?: number; method?: number };
  stored?: boolean;
}

/** Writes a zip archive (APPNOTE 6.3.10), with the 64-bit fields where asked, so that what no honest tool writes can be written too. */
export function zipOf(entries: Entry[], options: { zip64?: boolean; comment?: string } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, says = {}, stored = false } of entries) {
    const data = stored ? content : deflateRawSync(content);
    const method = says.method ?? (stored ? 0 : 8);
    const label = Buffer.from(name);
    const crc = says.crc ?? crc32(content);
    const sizes = { size: says.size ?? content.length, packed: says.packed ?? data.length, offset: says.offset ?? at };
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(crc, 14);
    local.writeUInt16LE(label.length, 26);
    parts.push(local, label, data);
    at += local.length + label.length + data.length;
    const extra = Buffer.alloc(options.zip64 ? 28 : 0);
    if (options.zip64) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      extra.writeBigUInt64LE(BigInt(sizes.size), 4);
      extra.writeBigUInt64LE(BigInt(sizes.packed), 12);
      extra.writeBigUInt64LE(BigInt(sizes.offset), 20);
    }
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(says.flags ?? 0, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc, 16);
    entry.writeUInt32LE(options.zip64 ? 0xffffffff : sizes.packed, 20);
    entry.writeUInt32LE(options.zip64 ? 0xffffffff : sizes.size, 24);
    entry.writeUInt16LE(label.length, 28);
    entry.writeUInt16LE(extra.length, 30);
    entry.writeUInt32LE(options.zip64 ? 0xffffffff : sizes.offset, 42);
    directory.push(entry, label, extra);
  }
  const central = Buffer.concat(directory);
  const end64 = Buffer.alloc(options.zip64 ? 76 : 0);
  if (options.zip64) {
    end64.writeUInt32LE(0x06064b50, 0);
    end64.writeBigUInt64LE(44n, 4);
    end64.writeBigUInt64LE(BigInt(entries.length), 24);
    end64.writeBigUInt64LE(BigInt(entries.length), 32);
    end64.writeBigUInt64LE(BigInt(central.length), 40);
    end64.writeBigUInt64LE(BigInt(at), 48);
    end64.writeUInt32LE(0x07064b50, 56);
    end64.writeBigUInt64LE(BigInt(at + central.length), 64);
  }
  const comment = Buffer.from(options.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.zip64 ? 0xffff : entries.length, 10);
  end.writeUInt32LE(options.zip64 ? 0xffffffff : central.length, 12);
  end.writeUInt32LE(options.zip64 ? 0xffffffff : at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, central, end64, end, comment]);
}
