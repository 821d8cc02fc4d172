// The reference of a contract: an outline, one operation at a time, and a console to call it.
export type { Body, Media, OperationPage, Outline as ContractOutline, OutlineChannel, OutlineOperation, Parameter, Sample, Schema, Schemas } from './contract.ts';
export { Markdown, MarkdownLine } from './markdown/Markdown.tsx';
export { type BuiltRequest, requestFor } from './request/build.ts';
export { curl } from './request/curl.ts';
export { Answer, headerOf, problemCode } from './tryit/Answer.tsx';
export { type TryAnswer, TryHistory } from './tryit/history.tsx';
export { type KeyField, TryIt } from './tryit/TryIt.tsx';
export { OperationView } from './view/OperationView.tsx';
export { isPlainClick, Outline } from './view/Outline.tsx';
export { Samples } from './view/Samples.tsx';
