package io.coxswain.cli;

import static io.coxswain.cli.FakeController.error;
import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.coxswain.v1.Image;
import io.coxswain.v1.ImportImageRequest;
import io.coxswain.v1.ListImagesResponse;
import io.coxswain.v1.RemoveImageResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images from the command line. */
final class ImageCommandsTest {
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    desk.controller
        .on("Images/GetImage", reply(image()))
        .on("Images/ImportImage", reply(image()))
        .on("Images/RemoveImage", reply(RemoveImageResponse.getDefaultInstance()))
        .on("Images/ListImages", reply(ListImagesResponse.newBuilder().addImages(image()).build()));
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  @Test
  void imagesAreListedAndShown() {
    desk.cox("image", "list");
    Golden.check("image-list", desk.out());
    desk.cox("image", "info", "torch");
    Golden.check("image-info", desk.out());
    desk.cox("image", "list", "-o", "name");
    assertThat(desk.out()).isEqualTo("torch\n");
  }

  @Test
  void anArchiveIsSentInPiecesAfterItsHead() throws IOException {
    byte[] content = new byte[600_000];
    content[0] = 'a';
    content[599_999] = 'z';
    Path file = Files.write(directory.resolve("torch.tar"), content);
    assertThat(desk.cox("image", "import", "torch", file.toString(), "--digest", DIGEST)).isZero();
    assertThat(desk.out()).isEqualTo("image torch " + DIGEST + "\n");
    List<ImportImageRequest> sent = sent();
    assertThat(sent.getFirst().getHead())
        .isEqualTo(
            ImportImageRequest.Head.newBuilder()
                .setName("torch")
                .setDigest(DIGEST)
                .setSizeBytes(600_000)
                .build());
    ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    sent.stream().skip(1).forEach(part -> arrived.writeBytes(part.getData().toByteArray()));
    assertThat(sent).hasSize(4);
    assertThat(arrived.toByteArray()).isEqualTo(content);
  }

  @Test
  void aFileThatIsNoneIsRefusedHereAndWhatTheControllerRefusesIsTold() throws IOException {
    assertThat(desk.cox("image", "import", "torch", directory + "/none.tar"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(desk.err()).contains("no file that can be read");
    Path file = Files.write(directory.resolve("torch.tar"), new byte[10]);
    desk.controller.on("Images/ImportImage", error(6, "image 'torch': there is one of that name"));
    assertThat(desk.cox("image", "import", "torch", file.toString())).isNotZero();
    assertThat(desk.err()).contains("there is one of that name");
  }

  @Test
  void anImageIsRemovedOnlyWhenAsked() {
    assertThat(desk.cox("image", "remove", "torch")).isNotZero();
    assertThat(desk.controller.calls("Images/RemoveImage")).isEmpty();
    assertThat(desk.cox("image", "remove", "torch", "--yes")).isZero();
    assertThat(desk.out()).contains("image torch is gone");
  }

  // All messages of the one call; the fake takes the first one's prefix off.
  private List<ImportImageRequest> sent() throws IOException {
    FakeController.Call call = desk.controller.calls("Images/ImportImage").getFirst();
    List<ImportImageRequest> messages = new ArrayList<>();
    ByteString left = call.message();
    int head = headLength();
    messages.add(ImportImageRequest.parseFrom(left.substring(0, head)));
    left = left.substring(head);
    while (!left.isEmpty()) {
      int length = left.substring(1, 5).asReadOnlyByteBuffer().getInt();
      messages.add(ImportImageRequest.parseFrom(left.substring(5, 5 + length)));
      left = left.substring(5 + length);
    }
    return messages;
  }

  private static int headLength() {
    return ImportImageRequest.newBuilder()
        .setHead(
            ImportImageRequest.Head.newBuilder()
                .setName("torch")
                .setDigest(DIGEST)
                .setSizeBytes(600_000))
        .build()
        .getSerializedSize();
  }

  private static Image image() {
    return Image.newBuilder()
        .setName("torch")
        .setKind(Image.Kind.IMPORTED)
        .setDigest(DIGEST)
        .setSizeBytes(8L << 30)
        .setFormat(Image.Format.OCI_ARCHIVE)
        .setCreatedAt(Timestamp.newBuilder().setSeconds(1_795_435_200))
        .setCreatedBy("alice")
        .addClusters("c-7f3a")
        .build();
  }
}
