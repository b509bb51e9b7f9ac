/** Category SEC: security. */
import { access } from "../access";
import { admission } from "../admission";
import type { Criterion } from "../machinery/criterion";
import { machines } from "../machines";
import { encryption } from "./cilium";
import { hardening } from "./hardening";
import { defaultDeny } from "./network";
import { podSecurity } from "./pod-security";
import { registries } from "./registries";

export const security: readonly Criterion[] = [
    defaultDeny,
    podSecurity,
    hardening,
    registries,
    admission,
    access,
    encryption,
    machines,
];
