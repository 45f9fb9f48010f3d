package io.coxswain.controller.spec;

/** How an image lies in its archive. */
public enum ImageFormat {
  /** An OCI image layout. */
  OCI_ARCHIVE,
  /** What {@code docker save} writes. */
  DOCKER_ARCHIVE
}
