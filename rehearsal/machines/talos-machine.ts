/**
 * One Talos node as a state machine: what is on its disk, what it runs, and what it lets happen. Pure;
 * time passes by {@link TalosMachine.advance}. Sources: talos v1.13.9,
 * internal/app/machined/internal/server/v1alpha1/v1alpha1_server.go.
 */
import { needsReboot, readConfiguration, type TalosConfiguration } from "./talos-configuration";
import { TalosError } from "./talos-error";

/** An image of the factory: release and schematic. */
export interface Image {
    readonly release: string;
    readonly schematic: string;
}

/** What survives a reboot. */
interface Disk {
    image: Image;
    /** What an upgrade wrote, for the next start. */
    next: Image | undefined;
    configuration: TalosConfiguration | undefined;
    staged: TalosConfiguration | undefined;
    /** Id of its member of etcd; its data is there. */
    member: number | undefined;
}

/** Numbers of `MachineStage` (api/resource/definitions/enums/enums.proto). */
export const STAGES = { booting: 1, maintenance: 3, running: 4, rebooting: 5 } as const;
/** What a node is doing; `off` has no number, because it does not answer. */
export type Stage = keyof typeof STAGES | "off";

/** Numbers of `ApplyConfigurationRequest.Mode`. */
export const MODES = { reboot: 0, auto: 1, noReboot: 2, staged: 3, try: 4 } as const;
/** How a configuration is applied. */
export type Mode = keyof typeof MODES;

/** What an apply did. */
export interface Applied {
    readonly mode: Mode;
    readonly details: string;
}

/** How long a node takes, in milliseconds. */
export interface Pace {
    readonly boot: number;
}

/** How an upgrade goes wrong. */
export type UpgradeFault = "no image" | "rolls back" | "never returns";

/** What a node tells those who watch it. */
export type MachineEvent = "is ready" | "stops all services";

/** Milliseconds from the request to turn off until all services end, and until the power does. */
const FALL = { services: 500, power: 1000 } as const;

/** A node. */
export class TalosMachine {
    readonly disk: Disk;
    stage: Stage = "off";
    /** Counts boots: a client sees by it that a node has restarted. */
    boots = 0;
    /** Set by a scenario: how the next upgrade goes wrong. */
    upgradeFault: UpgradeFault | undefined;
    /** Told of what happens, while somebody watches. */
    readonly watchers = new Set<(event: MachineEvent) => void>();
    private ready = 0;
    private isDead = false;
    /** When it was told to turn itself off, and whether its services have ended since. */
    private falling: { readonly since: number; isSilent: boolean } | undefined;

    constructor(
        readonly address: string,
        image: Image,
        private readonly pace: Pace,
        /** It turned itself off. */
        private readonly turnedOff: () => void = () => undefined,
    ) {
        this.disk = {
            image,
            next: undefined,
            configuration: undefined,
            staged: undefined,
            member: undefined,
        };
    }

    /** Power comes on. */
    start(now: number): void {
        this.boot(now);
    }

    /** Power goes. */
    stop(): void {
        this.stage = "off";
        this.falling = undefined;
    }

    private fall(falling: { readonly since: number; isSilent: boolean }, now: number): void {
        if (!falling.isSilent && now >= falling.since + FALL.services) {
            falling.isSilent = true;
            this.tell("stops all services");
        }
        if (now >= falling.since + FALL.power) {
            this.stop();
            this.turnedOff();
        }
    }

    /** Ends all services, and turns itself off a moment later. */
    shutdown(now: number): void {
        this.falling = { since: now, isSilent: false };
    }

    private tell(event: MachineEvent): void {
        this.watchers.forEach((watcher) => {
            watcher(event);
        });
    }

    /** Lets time pass: what boots is up at its time. */
    advance(now: number): void {
        if (this.falling !== undefined) {
            this.fall(this.falling, now);
            return;
        }
        const isComing = this.stage === "booting" || this.stage === "rebooting";
        if (isComing && !this.isDead && now >= this.ready) {
            this.stage = this.disk.configuration === undefined ? "maintenance" : "running";
            this.tell("is ready");
        }
    }

    /**
     * Takes a configuration.
     *
     * @throws TalosError for one that it cannot read, or whose mode does not fit the change
     */
    apply(text: string, mode: Mode, dryRun: boolean, now: number): Applied {
        let sent: TalosConfiguration;
        try {
            sent = readConfiguration(text);
        } catch (error) {
            throw new TalosError("INVALID_ARGUMENT", (error as Error).message);
        }
        const current = this.disk.configuration;
        const isSlow = current !== undefined && needsReboot(current, sent);
        if (isSlow && (mode === "noReboot" || mode === "try")) {
            throw new TalosError(
                "INVALID_ARGUMENT",
                "this config change can't be applied in immediate mode",
            );
        }
        // In maintenance nothing runs yet that a reboot would restart.
        const asked = current === undefined && mode === "reboot" ? "noReboot" : mode;
        const taken: Mode = asked === "auto" ? (isSlow ? "reboot" : "noReboot") : asked;
        const details =
            taken === "staged"
                ? "Staged configuration to be applied after the next reboot"
                : `Applied configuration with${taken === "reboot" ? " a" : "out a"} reboot`;
        if (dryRun) {
            return { mode: taken, details: `Dry run summary:\n${details} (skipped in dry-run).` };
        }
        this.take(sent, taken, now);
        return { mode: taken, details };
    }

    private take(sent: TalosConfiguration, mode: Mode, now: number): void {
        if (mode === "staged") {
            this.disk.staged = sent;
            return;
        }
        const isFirst = this.disk.configuration === undefined;
        this.disk.configuration = sent;
        this.disk.staged = undefined;
        if (isFirst || mode === "reboot") {
            this.boot(now);
        }
    }

    /** @throws TalosError where etcd must not be made */
    requireBootstrap(): void {
        const { configuration, member } = this.disk;
        if (this.stage !== "running" || configuration === undefined) {
            throw new TalosError("FAILED_PRECONDITION", "bootstrap is not available yet");
        }
        if (configuration.role !== "controlplane") {
            throw new TalosError(
                "UNIMPLEMENTED",
                "bootstrap is only available on control plane nodes",
            );
        }
        if (member !== undefined) {
            throw new TalosError("ALREADY_EXISTS", "etcd data directory is not empty");
        }
    }

    /** Restarts, with what was staged or written by an upgrade. */
    reboot(now: number): void {
        this.stage = "rebooting";
        this.boot(now, "rebooting");
    }

    /**
     * Writes another image and restarts with it.
     *
     * @throws TalosError when the image cannot be had; nothing has happened then
     */
    upgrade(image: Image, now: number): void {
        const fault = this.upgradeFault;
        this.upgradeFault = undefined;
        if (fault === "no image") {
            throw new TalosError(
                "INVALID_ARGUMENT",
                `error validating installer image: failed to pull image ${image.schematic}:${image.release}`,
            );
        }
        // Talos goes back to the image before when the new one does not come up (docs, "Upgrading").
        this.disk.next = fault === "rolls back" ? undefined : image;
        this.isDead = fault === "never returns";
        this.reboot(now);
    }

    /** Forgets everything on the disk but the image; then it restarts, or turns itself off. */
    wipe(reboot: boolean, now: number): void {
        this.disk.configuration = undefined;
        this.disk.staged = undefined;
        this.disk.member = undefined;
        if (reboot) {
            this.reboot(now);
        } else {
            this.shutdown(now);
        }
    }

    private boot(now: number, stage: "booting" | "rebooting" = "booting"): void {
        this.disk.image = this.disk.next ?? this.disk.image;
        this.disk.next = undefined;
        this.disk.configuration = this.disk.staged ?? this.disk.configuration;
        this.disk.staged = undefined;
        this.boots += 1;
        this.stage = stage;
        this.ready = now + this.pace.boot;
    }
}
