/** As much of the page as the checks read: what runs in `page.evaluate` sees these globals. */

/** What the editor says of a node. */
export interface NodeState {
  readonly id: string;
  readonly type: string;
  readonly name: string | undefined;
  /** Differs from what was deployed. */
  readonly changed: boolean | undefined;
  readonly valid: boolean | undefined;
  readonly validationErrors: readonly string[] | undefined;
}

/** A node as the editor holds it, not as it is exported. */
export type EditorNode = NodeState & Readonly<Record<string, unknown>>;

export type FlowNode = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly type: string;
};

interface Editor {
  readonly nodes: {
    readonly node: (id: string) => EditorNode | null;
    readonly eachNode: (visit: (node: EditorNode) => void) => void;
    readonly eachConfig: (visit: (node: EditorNode) => void) => void;
    readonly dirty: () => boolean;
    readonly createCompleteNodeSet: (options: {
      readonly credentials: boolean;
    }) => readonly FlowNode[];
  };
  readonly settings: { readonly theme: (property: string) => unknown };
  readonly workspaces: { readonly show: (id: string) => void };
  readonly view: { readonly reveal: (id: string) => void };
}

/** An element in the page. */
export interface PageElement {
  readonly tagName: string;
  readonly parentElement: PageElement | null;
  readonly textContent: string | null;
  readonly getAttribute: (name: string) => string | null;
  readonly getClientRects: () => { readonly length: number };
  readonly getBoundingClientRect: () => { readonly left: number; readonly right: number };
  readonly querySelectorAll: (selector: string) => Iterable<PageElement>;
}

declare global {
  const RED: Editor;
  function getComputedStyle(element: PageElement): {
    readonly color: string;
    readonly backgroundColor: string;
    readonly fontSize: string;
  };
}
