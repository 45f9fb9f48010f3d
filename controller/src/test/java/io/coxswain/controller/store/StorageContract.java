package io.coxswain.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.VolumeTest;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Volume;
import io.coxswain.controller.spec.VolumeType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every store does with volumes. */
abstract class StorageContract extends ImageContract {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.000000001Z");
  private static final ClusterId C = new ClusterId("c-0001");
  private static final Volume DATA =
      new Volume(
          "data",
          VolumeType.NFS,
          "files:/export/data",
          List.of("hard", "vers=4.1"),
          1024,
          true,
          true,
          "alice",
          NOON);
  private static final Attachment ATTACHED = Attachment.begun("data", C, "/mnt/data", "op-1", NOON);

  @Test
  void aVolumeComesBackWholeAndByName() {
    write(tx -> tx.storage().save(DATA));
    assertThat(list(tx -> tx.storage().volumes())).containsExactly(DATA);
    Volume edited = DATA.edited(0, false, false);
    write(tx -> tx.storage().save(edited));
    assertThat(one(tx -> tx.storage().volume("data"))).contains(edited);
    write(tx -> tx.storage().removeVolume("data"));
    assertThat(list(tx -> tx.storage().volumes())).isEmpty();
  }

  @Test
  void anAttachmentBelongsToAVolumeThatCannotGoBeforeIt() {
    assertThatThrownBy(() -> write(tx -> tx.storage().save(ATTACHED)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("'data'");
    write(tx -> tx.storage().save(DATA));
    write(tx -> tx.storage().save(ATTACHED));
    Attachment leaving = ATTACHED.leaving("op-2", true, NOON);
    write(tx -> tx.storage().save(leaving));
    assertThat(list(tx -> tx.storage().attachments())).containsExactly(leaving);
    assertThatThrownBy(() -> write(tx -> tx.storage().removeVolume("data")))
        .isInstanceOf(StoreException.class);
    write(tx -> tx.storage().remove(leaving));
    assertThat(list(tx -> tx.storage().attachments())).isEmpty();
  }

  @Test
  void theAttachmentsOfAClusterGoTogether() {
    write(tx -> tx.storage().save(DATA));
    Attachment other = Attachment.begun("data", new ClusterId("c-0002"), "/mnt/data", "", NOON);
    write(tx -> tx.storage().save(ATTACHED));
    write(tx -> tx.storage().save(other));
    write(tx -> tx.storage().removeAttachments(C));
    assertThat(list(tx -> tx.storage().attachments())).containsExactly(other);
  }

  @Test
  void aTestIsOpenUntilItEndsAndGoesWithItsOperation() {
    VolumeTest test = new VolumeTest("op-1", "data", C, NOON, Optional.empty(), "");
    assertThatThrownBy(() -> write(tx -> tx.storage().save(test)))
        .isInstanceOf(StoreException.class);
    write(tx -> tx.save(Samples.operation("op-1", "r-1", NOON)));
    write(tx -> tx.storage().save(test));
    assertThat(list(tx -> tx.storage().openTests())).containsExactly(test);
    VolumeTest ended = test.ended(NOON, "measured write c-0001-0 - 12.00 MB/s");
    write(tx -> tx.storage().save(ended));
    assertThat(list(tx -> tx.storage().openTests())).isEmpty();
    assertThat(one(tx -> tx.storage().test("op-1"))).contains(ended);
    write(
        tx ->
            tx.save(
                Samples.operation("op-1", "r-1", NOON).ended(Operation.State.SUCCEEDED, NOON, "")));
    write(tx -> tx.forgetOperations(NOON.plus(Duration.ofDays(1))));
    assertThat(one(tx -> tx.storage().test("op-1"))).isEmpty();
  }

  @Test
  void aReadWritesNoVolume() {
    assertThatThrownBy(
            () ->
                store()
                    .read(
                        tx -> {
                          tx.storage().save(DATA);
                          return true;
                        }))
        .isInstanceOf(StoreException.class);
  }
}
