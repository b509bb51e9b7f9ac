/** A language model of the site's own, as whoever asks it knows it. */
import type { Endpoint } from "./connection";

/** Where a model is asked, by the API of Ollama. */
export interface LanguageModel {
    readonly endpoint: Endpoint;
    /** Address inside of the cluster. */
    readonly url: string;
    /** Its name with its tag. */
    readonly model: string;
}
