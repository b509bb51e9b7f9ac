/** Work that a Proxmox host does in the background: it takes time, and it can fail. Pure. */
import { ProxmoxError } from "./proxmox-error";

/** What kind of work: the types of qemu-server and pve-storage (`fork_worker`). */
export type TaskType =
    | "download"
    | "qmconfig"
    | "qmcreate"
    | "qmdestroy"
    | "qmreboot"
    | "qmshutdown"
    | "qmstart"
    | "qmstop"
    | "resize";

/** How the API tells of a task (pve-manager: PVE/API2/Tasks.pm, `task_status`). */
export interface TaskStatus {
    readonly upid: string;
    readonly type: TaskType;
    readonly status: "running" | "stopped";
    /** `OK`, or what went wrong; only of one that has stopped. */
    readonly exitstatus?: string;
}

interface Task {
    readonly upid: string;
    readonly type: TaskType;
    readonly ends: number;
    /** What it does at its end; throws when it fails. */
    readonly work: () => void;
    /** What is undone when it fails. */
    readonly undo: () => void;
    exit: string | undefined;
}

/** What a task is about. */
export interface TaskSubject {
    readonly host: string;
    readonly type: TaskType;
    /** Id of a machine, or empty. */
    readonly id: string;
}

const hexadecimal = (value: number) => value.toString(16).toUpperCase().padStart(8, "0");

/** The tasks of all hosts. */
export class Tasks {
    private readonly tasks = new Map<string, Task>();
    private readonly failures: { type: TaskType; id: string; reason: string }[] = [];
    private count = 0;

    /** @param durations milliseconds by type; default: 50 */
    constructor(private readonly durations: Partial<Readonly<Record<TaskType, number>>> = {}) {}

    /** Has the next task of a type fail. */
    failNext(type: TaskType, id: string, reason: string): void {
        this.failures.push({ type, id, reason });
    }

    /**
     * Starts one.
     *
     * @param now milliseconds since 1970
     * @returns its UPID (pve-common: PVE/Tools.pm, `upid_encode`)
     */
    start(
        { host, type, id }: TaskSubject,
        user: string,
        now: number,
        work: () => void,
        undo: () => void = () => undefined,
    ): string {
        this.count += 1;
        const pid = hexadecimal(1000 + this.count);
        const upid = `UPID:${host}:${pid}:${hexadecimal(this.count)}:${hexadecimal(Math.floor(now / 1000))}:${type}:${id}:${user}:`;
        const failing = this.failures.findIndex(
            (failure) => failure.type === type && failure.id === id,
        );
        const [failure] = failing < 0 ? [] : this.failures.splice(failing, 1);
        this.tasks.set(upid, {
            upid,
            type,
            ends: now + (this.durations[type] ?? 50),
            work:
                failure === undefined
                    ? work
                    : () => {
                          throw new Error(failure.reason);
                      },
            undo,
            exit: undefined,
        });
        return upid;
    }

    /** Ends those whose time has come. */
    advance(now: number): void {
        for (const task of this.tasks.values()) {
            if (task.exit === undefined && task.ends <= now) {
                try {
                    task.work();
                    task.exit = "OK";
                } catch (error) {
                    task.undo();
                    task.exit = error instanceof Error ? error.message : String(error);
                }
            }
        }
    }

    /** Ends one before its time (pve-manager: PVE/API2/Tasks.pm, `stop_task`). */
    stop(upid: string): void {
        const task = this.tasks.get(upid);
        if (task !== undefined && task.exit === undefined) {
            task.undo();
            task.exit = "interrupted by signal";
        }
    }

    /** @throws ProxmoxError for one that nobody started */
    status(upid: string): TaskStatus {
        const task = this.tasks.get(upid);
        if (task === undefined) {
            throw new ProxmoxError(500, `no such task '${upid}'`);
        }
        const { type, exit } = task;
        return {
            upid,
            type,
            status: exit === undefined ? "running" : "stopped",
            ...(exit === undefined ? {} : { exitstatus: exit }),
        };
    }
}
