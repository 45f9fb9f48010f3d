package io.coxswain.controller.spec;

/**
 * The image that a cluster's jobs run in, as it was when the cluster was made: another image of
 * that name later does not change a cluster.
 *
 * @param image its name in the catalogue
 * @param digest SHA-256 of its archive, 64 hexadecimal digits
 */
public record ClusterImage(
    ClusterId cluster, String image, String digest, ImageFormat format, long sizeBytes) {
  public static ClusterImage of(ClusterId cluster, Image image) {
    return new ClusterImage(
        cluster, image.name(), image.digest(), image.format(), image.sizeBytes());
  }
}
