import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { NativeConnection } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { EncryptionCodec } from './codec.ts';

export interface EngineAddress {
  address: string;
  namespace: string;
  /** 32 bytes, base64. */
  payloadKey: string;
}

/** Where Temporal finds the failure converter: beside this file. The workflow bundle is made with the same. */
export const FAILURE_CONVERTER = fileURLToPath(new URL('./failure-converter.cjs', import.meta.url));

/** The same on client and worker, or neither understands the other. */
export function dataConverter(payloadKey: string): DataConverter {
  return { payloadCodecs: [new EncryptionCodec(payloadKey)], failureConverterPath: FAILURE_CONVERTER };
}

/** A client of the district's namespace. @returns it with a way to close its connection */
export async function connectClient(engine: EngineAddress): Promise<{ client: Client; close(): Promise<void> }> {
  const connection = await Connection.connect({ address: engine.address, connectTimeout: 10_000 });
  return {
    client: new Client({ connection, namespace: engine.namespace, dataConverter: dataConverter(engine.payloadKey) }),
    close: () => connection.close(),
  };
}

/** A worker's connection. */
export function connectWorker(engine: EngineAddress): Promise<NativeConnection> {
  return NativeConnection.connect({ address: engine.address });
}
