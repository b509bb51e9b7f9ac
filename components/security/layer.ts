import { needed, systemsOn, type WithNetwork, type WithSecurity } from "../house";
import { CertManager, certManager } from "./cert-manager";
import { Gatekeeper, gatekeeper } from "./gatekeeper";
import { Issuers } from "./issuers";
import { KubeBench, kubeBench } from "./kube-bench";
import { KubeletCsrApprover, kubeletCsrApprover } from "./kubelet-csr-approver";
import { Kyverno, kyverno } from "./kyverno";
import { KyvernoPolicies } from "./kyverno-admission";
import { SealedSecrets, sealedSecrets } from "./sealed-secrets";

/** Certificates, sealed secrets and admission. */
export function deploySecurity(house: WithNetwork): WithSecurity {
    const on = systemsOn(house);
    const { inside, gatewayApi } = house;
    const kubeletCertificates = on(
        kubeletCsrApprover,
        (context) => new KubeletCsrApprover(context, inside),
    );
    const certificates = on(certManager, (context) => {
        const manager = new CertManager({ ...context, gatewayApi }, inside);
        return { manager, issuers: new Issuers("issuers", { ...context, manager }, inside) };
    });
    on(sealedSecrets, (context) => new SealedSecrets(context, inside));
    const policies = on(kyverno, (context) => {
        const args = { ...context, kyverno: new Kyverno(context, inside) };
        return new KyvernoPolicies("kyverno-policies", args, inside);
    });
    // What the site excepts is let in before any pod of the layers above asks.
    const pods = [...house.pods, ...(policies?.excepted ?? [])];
    on(gatekeeper, (context) => {
        const { manager, issuers } = needed(certificates, { who: gatekeeper, what: certManager });
        const signers = [...manager.ready, issuers.internal];
        return new Gatekeeper({ ...context, certificates: signers }, inside);
    });
    on(kubeBench, (context) => new KubeBench(context, inside));
    return { ...house, pods, kubeletCertificates, certificates };
}
