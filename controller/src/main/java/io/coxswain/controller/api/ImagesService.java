package io.coxswain.controller.api;

import io.coxswain.controller.api.caller.Caller;
import io.coxswain.controller.api.refusal.Statuses;
import io.coxswain.controller.api.wire.ImageToWire;
import io.coxswain.controller.reconcile.ImageWishes;
import io.coxswain.controller.spec.Image;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.store.ImageFiles;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import io.coxswain.v1.GetImageRequest;
import io.coxswain.v1.ImagesGrpc;
import io.coxswain.v1.ImportImageRequest;
import io.coxswain.v1.ListImagesRequest;
import io.coxswain.v1.ListImagesResponse;
import io.coxswain.v1.RemoveImageRequest;
import io.coxswain.v1.RemoveImageResponse;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The catalogue of images. */
final class ImagesService extends ImagesGrpc.ImagesImplBase {
  private final Store store;
  private final ImageWishes wishes;

  ImagesService(Store store, ImageWishes wishes) {
    this.store = store;
    this.wishes = wishes;
  }

  @Override
  public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> out) {
    ListImagesResponse.Builder answer = ListImagesResponse.newBuilder();
    store
        .read(tx -> tx.images().images().stream().map(image -> view(tx, image)).toList())
        .forEach(answer::addImages);
    Requests.answer(out, answer.build());
  }

  @Override
  public void getImage(GetImageRequest request, StreamObserver<io.coxswain.v1.Image> out) {
    Requests.answer(out, store.read(tx -> view(tx, ImageWishes.image(tx, request.getName()))));
  }

  @Override
  public void removeImage(RemoveImageRequest request, StreamObserver<RemoveImageResponse> out) {
    wishes.remove(request.getName());
    Requests.answer(out, RemoveImageResponse.getDefaultInstance());
  }

  @Override
  public StreamObserver<ImportImageRequest> importImage(StreamObserver<io.coxswain.v1.Image> out) {
    return new Import(Caller.current().name(), out);
  }

  private static io.coxswain.v1.Image view(Transaction tx, Image image) {
    return ImageToWire.image(image, ImageWishes.clusters(tx, image.name()));
  }

  /** One upload; whatever ends it before its end leaves nothing. */
  private final class Import implements StreamObserver<ImportImageRequest> {
    private final String by;
    private final StreamObserver<io.coxswain.v1.Image> out;
    private ImportImageRequest.Head head = ImportImageRequest.Head.getDefaultInstance();
    private ImageFiles.@Nullable Upload upload;
    private boolean isRefused;

    Import(String by, StreamObserver<io.coxswain.v1.Image> out) {
      this.by = by;
      this.out = out;
    }

    @Override
    public void onNext(ImportImageRequest part) {
      if (isRefused) {
        return;
      }
      try {
        take(part);
      } catch (RuntimeException e) {
        refuse(e);
      }
    }

    private void take(ImportImageRequest part) {
      switch (part.getPartCase()) {
        case HEAD -> begin(part.getHead());
        case DATA -> begun().append(part.getData().asReadOnlyByteBuffer());
        case PART_NOT_SET ->
            throw new InvalidSpecException("part", "part: none (expected: head or data)");
      }
    }

    private void begin(ImportImageRequest.Head first) {
      if (upload != null) {
        throw new InvalidSpecException("head", "head: a second one (expected: one, first)");
      }
      if (!first.getDigest().isEmpty()) {
        Image.hex(first.getDigest());
      }
      head = first;
      upload = wishes.begin(first.getName(), Math.max(0, first.getSizeBytes()));
    }

    private ImageFiles.Upload begun() {
      if (upload == null) {
        throw new InvalidSpecException("head", "head: none before the data (expected: first)");
      }
      return upload;
    }

    @Override
    public void onCompleted() {
      if (isRefused) {
        return;
      }
      try {
        Optional<String> digest =
            head.getDigest().isEmpty()
                ? Optional.empty()
                : Optional.of(Image.hex(head.getDigest()));
        Image image = wishes.finish(head.getName(), digest, begun(), by);
        Requests.answer(out, store.read(tx -> view(tx, image)));
        close();
      } catch (RuntimeException e) {
        refuse(e);
      }
    }

    @Override
    public void onError(Throwable cause) {
      close();
    }

    private void refuse(RuntimeException cause) {
      isRefused = true;
      close();
      out.onError(Statuses.of(cause));
    }

    private void close() {
      if (upload != null) {
        upload.close();
      }
    }
  }
}
