/** Plans of small stacks, for the tests of the parts of an update. */
import type { Operation, PlannedChange } from "../../../preview/engine/events";
import type { PlannedResource } from "../../../preview/scorecard/judged";
import type { Plan } from "../../../scripts/stack/parts";

const PREFIX = "urn:pulumi:test::platform::";

/** URN of a resource, as short as the tests need it. */
export function urn(type: string, name: string): string {
    return `${PREFIX}${type}::${name}`;
}

/** A resource; custom unless it is a component of the platform. */
export function resource(type: string, name: string, parent = ""): PlannedResource {
    const custom = !type.startsWith("platform:") && type !== STACK;
    return { urn: urn(type, name), type, name, parent, custom, protect: false };
}

const STACK = "pulumi:pulumi:Stack";
export const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
export const CRD = "crd:index:CustomResourceDefinition";
export const PASSWORD = "random:index/randomPassword:RandomPassword";

const root = resource(STACK, "stack");
const platform = resource("platform:base:Platform", "platform", root.urn);
const cluster = resource("platform:cluster:TalosCluster", "cluster", platform.urn);
const provider = resource("pulumi:providers:kubernetes", "cluster", cluster.urn);
const node = resource("talos:machine/configurationApply:ConfigurationApply", "n", cluster.urn);
const network = resource("platform:network:Cilium", "cilium", platform.urn);
const chart = resource("platform:base:Chart", "cilium", network.urn);
const daemonSet = resource("kubernetes:apps/v1:DaemonSet", "cilium", chart.urn);
const account = resource("kubernetes:core/v1:ServiceAccount", "cilium", chart.urn);
const priorities = resource("platform:base:PriorityClasses", "priorities", platform.urn);
const priority = resource("kubernetes:scheduling.k8s.io/v1:PriorityClass", "p", priorities.urn);
const health = resource("platform:cluster:ClusterHealth", "health", platform.urn);
const app = resource("platform:apps:N8n", "n8n", platform.urn);
const password = resource(PASSWORD, "password", app.urn);
const secret = resource("kubernetes:core/v1:Secret", "n8n", app.urn);
const crd = resource(CRD, "widgets", app.urn);

/** The resources of a stack of a cluster, its pod network, and one system with a random value. */
export const stack = {
    ...{ root, platform, cluster, provider, node, network, chart, daemonSet, account },
    ...{ priorities, priority, health, app, password, secret, crd },
} as const;

/** A change of a resource. */
export function change(operation: Operation, of: PlannedResource): PlannedChange {
    return { operation, urn: of.urn, type: of.type };
}

/**
 * A plan of that stack, in which each resource is created.
 *
 * @param recorded what the state has already
 * @param more changes besides
 */
export function planOf(
    recorded: readonly PlannedResource[] = [],
    more: readonly PlannedChange[] = [],
): Plan {
    const resources = Object.values(stack);
    const created = resources.filter((one) => !recorded.includes(one));
    return {
        resources,
        changes: [...created.map((one) => change("create", one)), ...more],
        dependencies: {
            [health.urn]: [daemonSet.urn],
            [daemonSet.urn]: [priority.urn],
            [secret.urn]: [password.urn],
        },
    };
}
