/** Ends what was started when this process is told to end. */
import { endBy, ENDING_SIGNALS } from "../../components/base/ending";

/**
 * Runs something at a signal, then lets the signal do what it would have done.
 *
 * @returns undoes it
 */
export function atSignals(end: () => Promise<void>): () => void {
    const remove = () => {
        ENDING_SIGNALS.forEach((signal) => process.off(signal, handle));
    };
    const handle = (signal: NodeJS.Signals) => {
        remove();
        void end().finally(() => {
            endBy(signal);
        });
    };
    ENDING_SIGNALS.forEach((signal) => process.on(signal, handle));
    return remove;
}
