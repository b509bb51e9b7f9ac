/**
 * What proves that a restore is whole. A component says it beside the tier of its namespace or beside
 * its database; the restore tests carry it out every month on a copy.
 */

/** Files that a restored volume must hold. */
export interface FileCheck {
    /** Pattern below the root of the volume, as `pathlib` of Python has it: `raft/*.db`. */
    readonly path: string;
    /** Least size of each file in bytes; default: 1. */
    readonly bytes?: number;
    /** First bytes of each, in hexadecimal: what says that it is of its format. */
    readonly begins?: string;
}

/** Volumes of a namespace, and what each of them must hold. */
export interface VolumeCheck {
    /** Labels of their claims: those of the pods, where a StatefulSet makes them. */
    readonly claims: Readonly<Record<string, string>>;
    /** At least one; a check that looks at nothing proves nothing. */
    readonly files: readonly [FileCheck, ...FileCheck[]];
    /** There may be none, because people make them; default: a backup without any is not whole. */
    readonly mayBeNone?: true;
}

/** Rows that a restored table must hold. */
export interface TableCheck {
    /** Name of the table, with its schema where that is not `public`. */
    readonly table: string;
    /** Least number of rows. */
    readonly rows: number;
}

/** Tables of a database; each holds rows from the first start on. */
export type TableChecks = readonly [TableCheck, ...TableCheck[]];

/** A table of one of the databases of a cluster. */
export interface DatabaseTableCheck extends TableCheck {
    readonly database: string;
}

/**
 * How a file of bbolt begins, wherever its pages are of the usual order: page 0, which is one of the
 * two that describe the file, and the number that marks them (bbolt v1.4: internal/common/meta.go).
 */
export const boltHeader = "00000000000000000400000000000000edda0ced";
