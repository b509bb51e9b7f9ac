/** Tekton: what its operator and its own controllers make of their kinds. */
import type { Behaviour } from "./behaviour";
import { kinds, named } from "./names";
import { tektonKinds } from "./self-defined";
import { accountsOf, isDisabled, podsOf, servicesOf } from "./tekton-config";
import { tektonParts } from "./tekton-parts";
import {
    EVENT_LISTENER_PORT,
    eventListenerLabels,
    eventListenerPods,
    taskPods,
} from "./tekton-pods";

const GROUP = "operator.tekton.dev";
const source =
    "tekton operator v0.81.1: pkg/reconciler/common/transformer_additional_options.go, kodata/webhook; pipeline v1.15.0: config; triggers v0.37.0: config, pkg/reconciler/eventlistener/resources";

/** The room of Tekton. */
export const tekton: readonly Behaviour[] = [
    {
        kind: `${GROUP}/TektonConfig`,
        source,
        pods: (resource) =>
            Object.values(tektonParts)
                .filter((part) => !isDisabled(resource.spec, part))
                .map((part) => podsOf(resource, part)),
        services: servicesOf,
        objects: accountsOf,
        defines: tektonKinds,
        names: named(kinds.priorityClass, "spec.config.priorityClassName"),
    },
    {
        kind: "tekton.dev/Task",
        source: "pipeline v1.15.0: pkg/apis/pipeline/v1/task_types.go",
        images: [{ path: "spec.steps[].image" }],
        pods: taskPods,
    },
    {
        kind: "tekton.dev/Pipeline",
        source: "pipeline v1.15.0: pkg/apis/pipeline/v1/pipeline_types.go",
        names: named("tekton.dev/Task", "spec.tasks[].taskRef.name"),
    },
    {
        kind: "triggers.tekton.dev/EventListener",
        source,
        pods: eventListenerPods,
        services: ({ metadata }) => [
            {
                name: `el-${metadata.name}`,
                selector: eventListenerLabels(metadata.name),
                ports: [
                    {
                        name: "http-listener",
                        port: EVENT_LISTENER_PORT,
                        target: EVENT_LISTENER_PORT,
                    },
                    { name: "http-metrics", port: 9000, target: 9000 },
                ],
            },
        ],
        names: [
            ...named("/ServiceAccount", "spec.serviceAccountName"),
            ...named("triggers.tekton.dev/TriggerTemplate", "spec.triggers[].template.ref"),
        ],
    },
    {
        kind: "triggers.tekton.dev/TriggerTemplate",
        source: "triggers v0.37.0: pkg/apis/triggers/v1beta1/trigger_template_types.go",
    },
];
