/** Category SEC: security. */
import type { Criterion } from "../machinery/criterion";
import { hardening } from "./hardening";
import { defaultDeny } from "./network";
import { podSecurity } from "./pod-security";
import { registries } from "./registries";

export const security: readonly Criterion[] = [defaultDeny, podSecurity, hardening, registries];
