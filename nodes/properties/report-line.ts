/** A sentence of what a button of a dialog found, and how good that is. */
export interface ReportLine {
  readonly level: 'good' | 'warning' | 'bad';
  readonly text: string;
}
