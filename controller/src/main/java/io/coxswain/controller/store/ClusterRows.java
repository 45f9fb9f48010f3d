package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Secret;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** The table {@code cluster}, with each cluster's nodepools. */
record ClusterRows(Handle handle, NodepoolRows pools) {
  private static final String SAVE =
      Upsert.into(
          "cluster",
          "id",
          "name",
          "public_keys",
          "deletion_protected",
          "uid",
          "slurmctld_port",
          "jumphost",
          "intent",
          "created_by",
          "created_at",
          "munge_key",
          "destroyed_at");

  ClusterRows(Handle handle) {
    this(handle, new NodepoolRows(handle));
  }

  List<Cluster> living() {
    return list("select * from cluster where destroyed_at is null order by name");
  }

  List<Cluster> ever() {
    return list("select * from cluster order by created_at desc, id");
  }

  Optional<Cluster> byId(ClusterId id) {
    return one("select * from cluster where id = :word", id.value());
  }

  Optional<Cluster> byName(String name) {
    return one("select * from cluster where name = :word and destroyed_at is null", name);
  }

  void save(Cluster cluster) {
    ClusterSpec spec = cluster.spec();
    try {
      handle
          .createUpdate(SAVE)
          .bind("id", spec.id().value())
          .bind("name", spec.name())
          .bind("public_keys", Json.text(spec.publicKeys()))
          .bind("deletion_protected", spec.isDeletionProtected())
          .bind("uid", spec.uid())
          .bind("slurmctld_port", spec.slurmctldPort())
          .bind("jumphost", spec.jumphost())
          .bind("intent", spec.intent().name())
          .bind("created_by", spec.createdBy())
          .bind("created_at", Columns.nanos(spec.createdAt()))
          .bind("munge_key", cluster.mungeKey().bytes())
          .bind("destroyed_at", Columns.nanos(cluster.destroyedAt()))
          .execute();
      pools.save(spec.id().value(), spec.pools());
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e, "cluster name: '" + spec.name() + "' (expected: one that no other cluster has)");
    }
  }

  private List<Cluster> list(String query) {
    return handle.createQuery(query).map((row, context) -> read(row)).list();
  }

  private Optional<Cluster> one(String query, String word) {
    return handle.createQuery(query).bind("word", word).map((row, context) -> read(row)).findOne();
  }

  private Cluster read(ResultSet row) throws SQLException {
    ClusterSpec spec =
        new ClusterSpec(
            new ClusterId(row.getString("id")),
            row.getString("name"),
            pools.of(row.getString("id")),
            Json.strings(row.getString("public_keys")),
            row.getBoolean("deletion_protected"),
            row.getInt("uid"),
            row.getInt("slurmctld_port"),
            row.getString("jumphost"),
            ClusterSpec.Intent.valueOf(row.getString("intent")),
            row.getString("created_by"),
            Columns.instant(row, "created_at"));
    return new Cluster(
        spec, new Secret(row.getBytes("munge_key")), Columns.maybeInstant(row, "destroyed_at"));
  }
}
