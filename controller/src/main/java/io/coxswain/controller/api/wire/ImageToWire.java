package io.coxswain.controller.api.wire;

import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Image;
import io.coxswain.controller.spec.ImageFormat;
import io.coxswain.controller.spec.Want;
import io.coxswain.v1.ContainerMade;
import io.coxswain.v1.ImageLoaded;
import io.coxswain.v1.SlurmPlugin;
import java.util.List;

/** Images and the steps that are about them, on the wire. */
public final class ImageToWire {
  private ImageToWire() {}

  public static io.coxswain.v1.Image image(Image image, List<ClusterId> clusters) {
    return io.coxswain.v1.Image.newBuilder()
        .setName(image.name())
        .setKind(kind(image.kind()))
        .setDigest(image.reference())
        .setSizeBytes(image.sizeBytes())
        .setFormat(
            switch (image.format()) {
              case OCI_ARCHIVE -> io.coxswain.v1.Image.Format.OCI_ARCHIVE;
              case DOCKER_ARCHIVE -> io.coxswain.v1.Image.Format.DOCKER_ARCHIVE;
            })
        .setCreatedAt(Times.wire(image.createdAt()))
        .setCreatedBy(image.createdBy())
        .addAllClusters(clusters.stream().map(ClusterId::value).toList())
        .build();
  }

  private static io.coxswain.v1.Image.Kind kind(Image.Kind kind) {
    return switch (kind) {
      case IMPORTED -> io.coxswain.v1.Image.Kind.IMPORTED;
    };
  }

  static ImageLoaded loaded(Want.ImageLoaded want) {
    return ImageLoaded.newBuilder()
        .setDigest(want.digest())
        .setFormat(format(want.format()))
        .setSizeBytes(want.sizeBytes())
        .build();
  }

  private static ImageLoaded.Format format(ImageFormat format) {
    return switch (format) {
      case OCI_ARCHIVE -> ImageLoaded.Format.OCI_ARCHIVE;
      case DOCKER_ARCHIVE -> ImageLoaded.Format.DOCKER_ARCHIVE;
    };
  }

  static ContainerMade container(Want.ContainerMade want) {
    ContainerMade.Builder wire =
        ContainerMade.newBuilder().setClusterId(want.cluster().value()).setDigest(want.digest());
    want.binds()
        .forEach(
            bind ->
                wire.addBinds(
                    ContainerMade.Bind.newBuilder()
                        .setSource(bind.source())
                        .setTarget(bind.target())
                        .setReadOnly(bind.isReadOnly())
                        .setIsFile(bind.isFile())));
    return wire.build();
  }

  static SlurmPlugin plugin(Want.SlurmPlugin want) {
    return SlurmPlugin.newBuilder().setPath(want.path()).setSource(want.source()).build();
  }
}
