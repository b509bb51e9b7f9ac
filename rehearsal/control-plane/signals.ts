/** Ends what was started when this process is told to end. */

/** Signals that end a program from outside. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs something at a signal, then lets the signal do what it would have done.
 *
 * @returns undoes it
 */
export function atSignals(end: () => Promise<void>): () => void {
    const remove = () => {
        SIGNALS.forEach((signal) => process.off(signal, handle));
    };
    const handle = (signal: NodeJS.Signals) => {
        remove();
        void end().finally(() => {
            if (process.listenerCount(signal) === 0) {
                process.kill(process.pid, signal);
            }
        });
    };
    SIGNALS.forEach((signal) => process.on(signal, handle));
    return remove;
}
