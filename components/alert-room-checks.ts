/** Whether alerts go into a room that is there. Pure. */
import { matrix } from "./apps/matrix";
import type { AnyDefinition, Fault } from "./base/definition";
import { alertRouting } from "./observability/alert-routing";
import { isOwnRoom, type RoutingSettings } from "./observability/alert-routing-settings";

/** What the check looks at. */
export interface AlertRoomChoice {
    readonly routing: RoutingSettings;
    readonly isOn: (definition: AnyDefinition) => boolean;
}

/** The fault of alerts that go into the room of a system that is off. */
export function checkAlertRoom({ routing, isOn }: AlertRoomChoice): Fault[] {
    return isOn(alertRouting) && isOwnRoom(routing) && !isOn(matrix)
        ? [
              {
                  key: "systems.alertRouting.matrix.server",
                  found: "nothing",
                  allowed:
                      "the host of a bridge, or nothing with systems.matrix.enabled true, whose room #alerts it then is",
              },
          ]
        : [];
}
