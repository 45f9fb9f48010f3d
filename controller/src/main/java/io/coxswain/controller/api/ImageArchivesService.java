package io.coxswain.controller.api;

import com.google.protobuf.UnsafeByteOperations;
import io.coxswain.controller.api.caller.Caller;
import io.coxswain.controller.api.refusal.Statuses;
import io.coxswain.controller.reconcile.ImageWishes;
import io.coxswain.controller.spec.Image;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.store.Store;
import io.coxswain.v1.FetchImageRequest;
import io.coxswain.v1.ImageArchivesGrpc;
import io.coxswain.v1.ImageChunk;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** Archives of images, for the machines that need them. Sends as fast as the machine takes. */
final class ImageArchivesService extends ImageArchivesGrpc.ImageArchivesImplBase {
  private static final int CHUNK = 256 << 10;

  private final Store store;
  private final ImageWishes wishes;

  ImageArchivesService(Store store, ImageWishes wishes) {
    this.store = store;
    this.wishes = wishes;
  }

  @Override
  public void fetchImage(FetchImageRequest request, StreamObserver<ImageChunk> out) {
    String machineId = Caller.current().name();
    boolean isRevoked =
        store.read(tx -> tx.machine(machineId).map(machine -> machine.isRevoked()).orElse(true));
    if (isRevoked) {
      throw Statuses.refusal(
          io.grpc.Status.Code.PERMISSION_DENIED,
          "REVOKED",
          "machine " + machineId + " is not enrolled, or was revoked",
          "join it anew with a token of cox machine join-token");
    }
    if (request.getFrom() < 0) {
      throw new InvalidSpecException(
          "from", "from: " + request.getFrom() + " (expected: 0 or more)");
    }
    String digest = Image.hex("sha256:" + request.getDigest());
    Sending sending =
        new Sending(
            wishes.archive(machineId, digest, request.getFrom()),
            (ServerCallStreamObserver<ImageChunk>) out);
    sending.begin();
  }

  /** One archive on its way out; the next chunk is read when the last one has been taken. */
  private static final class Sending {
    private final SeekableByteChannel archive;
    private final ServerCallStreamObserver<ImageChunk> out;
    private boolean isEnded;

    Sending(SeekableByteChannel archive, ServerCallStreamObserver<ImageChunk> out) {
      this.archive = archive;
      this.out = out;
    }

    void begin() {
      out.setOnCancelHandler(this::end);
      out.setOnReadyHandler(this::send);
      send();
    }

    private synchronized void send() {
      try {
        while (!isEnded && out.isReady()) {
          ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
          int count = archive.read(chunk);
          if (count < 0) {
            end();
            out.onCompleted();
            return;
          }
          out.onNext(
              ImageChunk.newBuilder()
                  .setData(UnsafeByteOperations.unsafeWrap(chunk.flip()))
                  .build());
        }
      } catch (IOException e) {
        end();
        out.onError(Statuses.of(new UncheckedIOException(e)));
      }
    }

    private synchronized void end() {
      if (!isEnded) {
        isEnded = true;
        try {
          archive.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
