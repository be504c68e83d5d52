/** Trees and signed notes: the arithmetic of evidence, shared by server, players and verifier. */

export { checkpointText, type JournalHead, openCheckpoint, signCheckpoint } from './checkpoint.ts'
export { cosign, type NoteSigner, signNote, verifierKey } from './note.ts'
export {
  completedBy,
  consistencyRuns,
  hashOfRun,
  headAt,
  inclusionRuns,
  type LeafRun,
  MemoryTree,
  type ReadSubtree,
  type Subtree,
} from './tree.ts'
export {
  COSIGNATURE,
  checkArchive,
  checkExport,
  dayLeaf,
  dayOrigin,
  ED25519,
  exportText,
  isSelected,
  journalOrigin,
  keyFingerprint,
  keyIdOf,
  leafHash,
  NO_LEAVES,
  nodeHash,
  openNote,
  provesConsistency,
  provesInclusion,
  readCheckpoint,
  readDayLeaf,
  readVerifierKey,
  type Selection,
  sameBytes,
  sha256,
  subtreesOf,
  TABLE_HEAD,
  TreeHead,
  tableRow,
} from './verify.mjs'
