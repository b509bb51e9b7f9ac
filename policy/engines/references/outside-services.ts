/** Services that no object of the stack is, for the monitors that select them. */
import type { Facts } from "../../kernel/facts";
import { flagOf, programsOf } from "../../kubernetes/programs";
import type { ServiceTarget } from "./services";

/** kubernetes v1.35: pkg/controlplane/controller/kubernetesservice/controller.go. */
const apiServer: ServiceTarget = {
    namespace: "default",
    name: "kubernetes",
    labels: { component: "apiserver", provider: "kubernetes" },
    ports: [{ name: "https", port: 443, target: 6443 }],
};

/** prometheus-operator v0.93.0: pkg/kubelet/controller.go (syncService). */
const kubelets: Pick<ServiceTarget, "labels" | "ports"> = {
    labels: {
        "k8s-app": "kubelet",
        "app.kubernetes.io/name": "kubelet",
        "app.kubernetes.io/managed-by": "prometheus-operator",
    },
    ports: [
        { name: "https-metrics", port: 10_250, target: 10_250 },
        { name: "http-metrics", port: 10_255, target: 10_255 },
        { name: "cadvisor", port: 4194, target: 4194 },
    ],
};

/** The Service of all kubelets that a Prometheus operator keeps where its flag says so. */
function kubeletServices(facts: Facts): ServiceTarget[] {
    return programsOf(facts, "prometheus-operator").flatMap((program): ServiceTarget[] => {
        const flag = flagOf(program, "kubelet-service");
        const [namespace = "", name = ""] =
            flag.state === "known" ? String(flag.value).split("/") : [];
        return name === "" ? [] : [{ ...kubelets, namespace, name }];
    });
}

/** All of them. */
export function outsideServices(facts: Facts): ServiceTarget[] {
    return [apiServer, ...kubeletServices(facts)];
}
