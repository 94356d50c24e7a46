import type { Client } from '@temporalio/client';

/**
 * Moves the clock of one workflow forward on the development server, whose own timers then fire on the way: the proof that a case's
 * deadlines are durable timers and need neither relay nor a moved district clock.
 */
export async function skipTime(client: Client, workflowId: string, days: number): Promise<void> {
  const { workflowService } = client.connection;
  const { namespace } = client.options;
  const id = `skip-${workflowId}-${days}`;
  await workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution: { workflowId },
    updateMask: { paths: ['time_skipping_config'] },
    workflowExecutionOptions: {
      timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration: { seconds: (days * 86_400) as never, nanos: 0 } } },
    },
  });
  for (;;) {
    const { fastForwardInfo } = await workflowService.pollWorkflowExecutionTimeSkipping({
      namespace,
      workflowExecution: { workflowId },
      fastForwardId: id,
    });
    if (fastForwardInfo?.hasCompleted) return;
  }
}
