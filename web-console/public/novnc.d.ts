/** The part of noVNC 1.7 that the page uses; the package has no types of its own. */
declare module '@novnc/novnc' {
  /** Anything with these members can carry RFB; the handlers are set by noVNC. */
  export interface RfbChannel {
    binaryType: string;
    readonly protocol: string;
    readonly readyState: string | number;
    onopen: unknown;
    onmessage: unknown;
    onclose: unknown;
    onerror: unknown;
    send(data: ArrayBufferView<ArrayBuffer> | ArrayBuffer): void;
    close(): void;
  }

  // biome-ignore lint/style/noDefaultExport: noVNC exports its one class like this
  export default class RFB extends EventTarget {
    constructor(target: HTMLElement, channel: RfbChannel, options?: { shared?: boolean });
    background: string;
    qualityLevel: number;
    scaleViewport: boolean;
    viewOnly: boolean;
    clipViewport: boolean;
    dragViewport: boolean;
    disconnect(): void;
    focus(options?: FocusOptions): void;
    blur(): void;
    sendCtrlAltDel(): void;
    sendKey(keysym: number, code: string | null, down?: boolean): void;
    toBlob(then: (picture: Blob | null) => void, type?: string): void;
    toDataURL(type?: string, quality?: number): string;
  }
}
