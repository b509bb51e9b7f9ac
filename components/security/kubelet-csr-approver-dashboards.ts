/** Certificates of kubelets. Pure. */
import { controllerRow, type Dashboard } from "../base/dashboard";

/** What becomes of the requests of kubelets. */
export const kubeletCsrApproverDashboards: readonly Dashboard[] = [
    {
        name: "kubelet-certificates",
        title: "Certificates of kubelets",
        purpose: "Whether requests of kubelets for serving certificates are answered.",
        rows: [controllerRow("kubelet-csr-approver")],
    },
];
