/** Category OBS: observability. */
import type { Criterion } from "../machinery/criterion";
import { hubble } from "./hubble";

export const observability: readonly Criterion[] = [hubble];
