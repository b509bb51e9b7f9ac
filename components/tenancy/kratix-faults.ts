/** What is wrong with the settings of orders. Pure. */
import type { Fault } from "../base/definition";
import { repositoryAddress } from "../delivery-schema";
import { missingHostKey } from "../site-delivery";
import type { SiteConfiguration } from "../site-schema";

/** What must be said of the repository before somebody writes to it. */
export function orderFaults({ delivery }: SiteConfiguration): Fault[] {
    if (delivery?.orders === undefined) {
        return [
            {
                key: "delivery.orders",
                found: "nothing",
                allowed:
                    "where orders are written, such as { folder: orders }, because systems.kratix.enabled is true (or turn systems.kratix off)",
            },
        ];
    }
    const { repository } = delivery;
    return [
        ...(repositoryAddress(repository)?.scheme === "ssh"
            ? []
            : [
                  {
                      key: "delivery.repository",
                      found: repository,
                      allowed:
                          "an address for ssh such as ssh://git@git.example.org/team/apps.git, because delivery.orders is set: over https Kratix would send its token to whoever answers",
                  },
              ]),
        ...missingHostKey(delivery),
    ];
}
