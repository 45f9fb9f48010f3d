package io.coxswain.agent.link;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.Images;
import io.coxswain.v1.FetchImageRequest;
import io.coxswain.v1.ImageArchivesGrpc;
import io.coxswain.v1.ImageChunk;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the archives of images that steps wait for, one after the other, over a connection of its
 * own: gigabytes must not stand before a heartbeat. What was cut goes on where it was. Belongs to
 * one thread.
 */
public final class ImageFetch {
  private static final Logger log = LoggerFactory.getLogger(ImageFetch.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration AGAIN = Duration.ofSeconds(10);
  private static final Duration SWEEP = Duration.ofHours(1);

  private final Host host;
  private final Endpoint controller;
  private final Images images;
  private Instant sweepAt = Instant.MIN;

  public ImageFetch(Host host, Endpoint controller) {
    this.host = host;
    this.controller = controller;
    this.images = new Images(host.files());
  }

  /** Brings what is wanted now; says when to look again. */
  public Instant run() {
    Instant now = host.clock().instant();
    if (!now.isBefore(sweepAt)) {
      sweepAt = now.plus(SWEEP);
      images.sweep(now);
    }
    boolean isAllRight = true;
    for (Images.Order order : images.orders()) {
      isAllRight &= bring(order);
    }
    return host.clock().instant().plus(isAllRight ? LOOK : AGAIN);
  }

  private boolean bring(Images.Order order) {
    ManagedChannel channel = null;
    try {
      // Read anew each time: the certificate is renewed meanwhile.
      AgentIdentity identity =
          AgentIdentity.read(host)
              .orElseThrow(
                  () -> new LinkException("this machine has not joined (expected: it has)"));
      ManagedChannel open = Channels.mutual(controller, identity);
      channel = open;
      images.receive(order, (from, to) -> receive(open, order, from, to));
      images.forgive(order.digest());
      log.info("image sha256:{}: {} bytes are here", order.digest(), order.sizeBytes());
      return true;
    } catch (StatusRuntimeException e) {
      LinkException told = LinkException.of("image sha256:" + order.digest(), e);
      log.warn("{}", told.getMessage());
      if (told.isRefusal()) {
        images.failed(order.digest(), String.valueOf(told.getMessage()));
      }
      return false;
    } catch (HostException | LinkException e) {
      log.warn("image sha256:{}: {}", order.digest(), e.getMessage());
      images.failed(order.digest(), String.valueOf(e.getMessage()));
      return false;
    } finally {
      if (channel != null) {
        channel.shutdownNow();
      }
    }
  }

  private static void receive(
      ManagedChannel channel, Images.Order order, long from, Images.Receiver to) {
    Iterator<ImageChunk> chunks =
        ImageArchivesGrpc.newBlockingStub(channel)
            .fetchImage(
                FetchImageRequest.newBuilder().setDigest(order.digest()).setFrom(from).build());
    while (chunks.hasNext()) {
      to.take(chunks.next().getData().asReadOnlyByteBuffer());
    }
  }
}
