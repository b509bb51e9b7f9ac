/** A flow that the stack needs. */
import type { Fact } from "../../kernel/facts";
import type { End } from "./places";
import type { PortAt } from "./network";

/** A flow without which something does not work. */
export interface Need {
    readonly from: End;
    readonly to: End;
    readonly port: PortAt;
    /** What it is for, in brackets behind the flow. */
    readonly why: string;
    /** What a finding is about. */
    readonly fact: Fact;
}
