/** Stacks besides the plain profiles, each recorded once for all tests that look at it. */
import { type RecordedStack, stackWith } from "../fixtures/stack";
import { sampleConfiguration } from "../fixtures/settings";

/** A cluster that is there already and whose nodes nobody lists. */
export const existing = {
    cluster: {
        source: "existing",
        name: "home",
        virtualIp: "192.168.68.100",
        kubeconfig: "~/.kube/config",
    },
    nodes: [],
} as const;

/** The platform on {@link existing}. */
export const onExisting = (): Promise<RecordedStack> => stackWith(existing);

/** Every setting of a system that a test wants to see in its objects. */
export const told = (): Promise<RecordedStack> =>
    stackWith({
        systems: {
            certManager: { acme: { email: "admin@example.org" } },
            n8n: { workers: 3, webhookProcessors: 4 },
            rookCeph: { toolbox: true },
            sealedSecrets: { keyRenewal: "240h" },
        },
    });

/** Control planes alone, without storage and what needs it, and without the Gateway API. */
export const small = (): Promise<RecordedStack> =>
    stackWith({
        profile: "dev",
        nodes: sampleConfiguration.nodes.filter(({ role }) => role === "controlPlane"),
        systems: {
            gatewayApi: { enabled: false },
            n8n: { enabled: false },
            rookCeph: { enabled: false },
        },
    });
