package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.VolumeTest;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Volume;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** The tables {@code volume}, {@code attachment} and {@code volume_test}. */
record StorageRows(Handle handle, Runnable requireWrite) implements StorageTables {
  private static final String SAVE_VOLUME = Upsert.into("volume", "name", "content");
  private static final String SAVE_ATTACHMENT =
      "insert into attachment (cluster, volume, content) values (:cluster, :volume, :content)"
          + " on conflict (cluster, volume) do update set content = excluded.content";
  private static final String SAVE_TEST =
      Upsert.into("volume_test", "operation", "under_way", "content");

  @Override
  public List<Volume> volumes() {
    return handle
        .createQuery("select content from volume order by name")
        .map((row, context) -> Json.value(row.getString("content"), Volume.class))
        .list();
  }

  @Override
  public Optional<Volume> volume(String name) {
    return handle
        .createQuery("select content from volume where name = :name")
        .bind("name", name)
        .map((row, context) -> Json.value(row.getString("content"), Volume.class))
        .findOne();
  }

  @Override
  public void save(Volume volume) {
    requireWrite.run();
    handle
        .createUpdate(SAVE_VOLUME)
        .bind("name", volume.name())
        .bind("content", Json.text(volume))
        .execute();
  }

  @Override
  public void removeVolume(String name) {
    requireWrite.run();
    try {
      handle.createUpdate("delete from volume where name = :name").bind("name", name).execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(e, "volume '" + name + "' (expected: one that no cluster has)");
    }
  }

  @Override
  public List<Attachment> attachments() {
    return handle
        .createQuery("select content from attachment order by cluster, volume")
        .map((row, context) -> Json.value(row.getString("content"), Attachment.class))
        .list();
  }

  @Override
  public void save(Attachment attachment) {
    requireWrite.run();
    try {
      handle
          .createUpdate(SAVE_ATTACHMENT)
          .bind("cluster", attachment.cluster().value())
          .bind("volume", attachment.volume())
          .bind("content", Json.text(attachment))
          .execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e, "attachment of '" + attachment.volume() + "' (expected: a volume that is stored)");
    }
  }

  @Override
  public void remove(Attachment attachment) {
    requireWrite.run();
    handle
        .createUpdate("delete from attachment where cluster = :cluster and volume = :volume")
        .bind("cluster", attachment.cluster().value())
        .bind("volume", attachment.volume())
        .execute();
  }

  @Override
  public void removeAttachments(ClusterId cluster) {
    requireWrite.run();
    handle
        .createUpdate("delete from attachment where cluster = :cluster")
        .bind("cluster", cluster.value())
        .execute();
  }

  @Override
  public List<VolumeTest> openTests() {
    return handle
        .createQuery("select content from volume_test where under_way order by operation")
        .map((row, context) -> Json.value(row.getString("content"), VolumeTest.class))
        .list();
  }

  @Override
  public Optional<VolumeTest> test(String operation) {
    return handle
        .createQuery("select content from volume_test where operation = :operation")
        .bind("operation", operation)
        .map((row, context) -> Json.value(row.getString("content"), VolumeTest.class))
        .findOne();
  }

  @Override
  public void save(VolumeTest test) {
    requireWrite.run();
    try {
      handle
          .createUpdate(SAVE_TEST)
          .bind("operation", test.operation())
          .bind("under_way", test.isUnderWay())
          .bind("content", Json.text(test))
          .execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e, "test '" + test.operation() + "' (expected: an operation that is stored)");
    }
  }
}
