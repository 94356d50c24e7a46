import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

const DEFLATED = 'binary/rollbook-aes-256-gcm';
/** As it is: compressing a small payload costs more than it saves. */
const PLAIN = 'binary/rollbook-aes-256-gcm-plain';
/** Payloads of fewer bytes stay as they are. */
const SMALL = 1_024;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const { Payload: PayloadProto } = proto.temporal.api.common.v1;

/**
 * Encrypts every payload before it leaves for the engine (house rule 11): compressed first, since ladders and states repeat
 * themselves, then AES-256-GCM with a random IV. Ids, codes and dates are all that is in there; they are encrypted all the same.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #key: Buffer;
  readonly #keyId: Buffer;

  /** @param key 32 bytes, base64 */
  constructor(key: string) {
    this.#key = Buffer.from(key, 'base64');
    if (this.#key.length !== 32)
      throw new Error('the payload key must be 32 bytes, base64 encoded: make one with `openssl rand -base64 32`');
    this.#keyId = Buffer.from(createHash('sha256').update(this.#key).digest('hex').slice(0, 16));
  }

  /** Compressing here and now takes a fraction of a millisecond; handing it to another thread takes longer. */
  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(
      payloads.map((payload) => {
        const whole = PayloadProto.encode(payload).finish();
        const small = whole.length < SMALL;
        const iv = randomBytes(IV_BYTES);
        const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
        const data = Buffer.concat([iv, cipher.update(small ? whole : deflateRawSync(whole)), cipher.final(), cipher.getAuthTag()]);
        return { metadata: { [METADATA_ENCODING_KEY]: Buffer.from(small ? PLAIN : DEFLATED), 'encryption-key-id': this.#keyId }, data };
      }),
    );
  }

  /** @throws when the payload was encrypted with another key, or changed */
  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads).then((all) =>
      all.map((payload) => {
        const encoding = payload.metadata?.[METADATA_ENCODING_KEY];
        const name = encoding ? Buffer.from(encoding).toString() : '';
        if (name !== DEFLATED && name !== PLAIN) return payload;
        const data = Buffer.from(payload.data ?? []);
        const decipher = createDecipheriv('aes-256-gcm', this.#key, data.subarray(0, IV_BYTES));
        decipher.setAuthTag(data.subarray(-TAG_BYTES));
        const plain = Buffer.concat([decipher.update(data.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
        return PayloadProto.decode(name === DEFLATED ? inflateRawSync(plain) : plain);
      }),
    );
  }
}
