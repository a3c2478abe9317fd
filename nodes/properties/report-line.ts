/** A sentence of what a button of a dialog found, and how good that is. */
export interface ReportLine {
  readonly level: 'good' | 'warning' | 'bad';
  readonly text: string;
}

/** The same, or what there is beside it. */
export interface ShownLine {
  readonly level: ReportLine['level'] | 'plain';
  readonly text: string;
}
