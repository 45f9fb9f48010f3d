package io.coxswain.controller.store;

import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The table {@code nodepool}. */
record NodepoolRows(Handle handle) {
  private static final String INSERT =
      "insert into nodepool (cluster, name, place, description, gpus, gpu_model, min_nodes, max_nodes,"
          + " idle_seconds, selector, hosts, ending) values (:cluster, :name, :place, :description, :gpus,"
          + " :gpu_model, :min_nodes, :max_nodes, :idle_seconds, :selector, :hosts, :ending)";

  List<Nodepool> of(String cluster) {
    return handle
        .createQuery("select * from nodepool where cluster = :cluster order by place")
        .bind("cluster", cluster)
        .map((row, context) -> read(row))
        .list();
  }

  /** All of a cluster's, in the place of those before. */
  void save(String cluster, List<Nodepool> pools) {
    if (of(cluster).equals(pools)) {
      return;
    }
    handle
        .createUpdate("delete from nodepool where cluster = :cluster")
        .bind("cluster", cluster)
        .execute();
    for (int place = 0; place < pools.size(); place++) {
      insert(cluster, place, pools.get(place));
    }
  }

  private void insert(String cluster, int place, Nodepool pool) {
    handle
        .createUpdate(INSERT)
        .bind("cluster", cluster)
        .bind("name", pool.name())
        .bind("place", place)
        .bind("description", pool.description())
        .bind("gpus", pool.shape().gpus())
        .bind("gpu_model", pool.shape().model())
        .bind("min_nodes", pool.min())
        .bind("max_nodes", pool.max())
        .bind("idle_seconds", pool.idleTime().toSeconds())
        .bind("selector", Json.text(pool.selector().labels()))
        .bind("hosts", Json.text(pool.hosts()))
        .bind("ending", pool.isEnding())
        .execute();
  }

  private static Nodepool read(ResultSet row) throws SQLException {
    return new Nodepool(
        row.getString("name"),
        row.getString("description"),
        new Shape(row.getInt("gpus"), row.getString("gpu_model")),
        row.getInt("min_nodes"),
        row.getInt("max_nodes"),
        Duration.ofSeconds(row.getLong("idle_seconds")),
        new Selector(Json.words(row.getString("selector"))),
        Json.strings(row.getString("hosts")),
        row.getBoolean("ending"));
  }
}
