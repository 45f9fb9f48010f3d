package io.coxswain.cli;

/** How an answer is printed. */
enum Format {
  /** Aligned columns or a page, for people. */
  TABLE,
  /** The table with every column. */
  WIDE,
  /** The message itself in protobuf's JSON mapping. */
  JSON,
  /** The same as YAML. */
  YAML,
  /** Names alone, one a line. */
  NAME
}
