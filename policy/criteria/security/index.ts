/** Category SEC: security. */
import { access } from "./access";
import { admission } from "./admission";
import type { Criterion } from "../../kernel/criterion";
import { machines } from "./machines";
import { encryption } from "./cilium";
import { exposure } from "./exposure";
import { hardening } from "./hardening";
import { keyRenewal } from "./key-renewal";
import { listeners } from "./listeners";
import { mesh } from "./mesh";
import { defaultDeny } from "./network";
import { podSecurity } from "./pod-security";
import { registries } from "./registries";
import { runtimeDetection } from "./runtime";
import { scans } from "./scans";
import { webhooks } from "./webhooks";

export const security: readonly Criterion[] = [
    defaultDeny,
    podSecurity,
    hardening,
    registries,
    admission,
    access,
    mesh,
    encryption,
    listeners,
    exposure,
    scans,
    runtimeDetection,
    machines,
    keyRenewal,
    webhooks,
];
