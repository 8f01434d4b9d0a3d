# A Mermaid diagram of the project, in plain HCL. Each node has an ID of letters and numbers, because names can contain anything.
locals {
  # By instance, connection name, and so on: what the listings return. A failover connection has the name of its primary.
  connections = { for name, l in data.atlas_streams_connections.all : name => { for c in l.results : c.name => c... } }
  processors  = { for name, l in data.atlas_streams_processors.all : name => { for p in l.results : p.name => p } }
  used        = { for name, l in data.atlas_streams_processors.all : name => toset(flatten(l.results[*].connection_names)) }
  links       = { for l in data.atlas_streams_private_links.all.results : l.id => l }

  # What processors name and Atlas does not list is drawn too. The state is null if Atlas does not return one.
  drawn = {
    for instance in local.instances : instance => {
      for name in sort(setunion(keys(local.connections[instance]), local.used[instance])) : name => {
        type  = try(local.connections[instance][name][0].type, "")
        state = try(concat([for c in local.connections[instance][name] : c.state if c.state != null && c.state != "READY"], ["READY"])[0], "missing")
        links = distinct(compact([for c in try(local.connections[instance][name], []) : c.network_access.connection_id]))
      }
    }
  }

  connection_nodes = flatten([
    for i, instance in local.instances : [
      for n, name in keys(local.drawn[instance]) : {
        id       = "c${i}_${n}"
        instance = instance
        name     = name
        below    = local.drawn[instance][name].state == "READY" ? local.drawn[instance][name].type : local.drawn[instance][name].state
        links    = local.drawn[instance][name].links
        class = (
          local.drawn[instance][name].state != "READY" ? "bad" :
          contains(local.used[instance], name) || local.drawn[instance][name].type == "Sample" ? "connection" : "unused"
        )
      }
    ]
  ])

  processor_nodes = flatten([
    for i, instance in local.instances : [
      for n, name in sort(keys(local.processors[instance])) : {
        id          = "p${i}_${n}"
        instance    = instance
        name        = name
        below       = local.processors[instance][name].state
        class       = lookup({ STARTED = "started", FAILED = "bad" }, coalesce(local.processors[instance][name].state, "none"), "stopped")
        connections = local.processors[instance][name].connections
      }
    ]
  ])

  # If only some instances are drawn, the other private links may belong to the rest.
  linked = toset(flatten(local.connection_nodes[*].links))
  link_nodes = [
    for n, id in sort([for id in keys(local.links) : id if var.instances == null || contains(local.linked, id)]) : {
      id    = "l${n}"
      name  = join(" ", compact([local.links[id].provider, local.links[id].vendor]))
      link  = id
      below = join(" ", compact(["private link", local.links[id].state]))
      class = (
        contains(["FAILED", "DELETING", "DELETE_REQUESTED", "DELETED"], coalesce(local.links[id].state, "none")) ? "bad" :
        contains(local.linked, id) ? "link" : "unused"
      )
    }
  ]

  connection_ids = { for c in local.connection_nodes : c.instance => { (c.name) = c.id }... }
  id_of          = { for instance, ids in local.connection_ids : instance => merge(ids...) }

  uses = flatten([
    for p in local.processor_nodes : [
      for use in p.connections : { role = use.role, stage = trimprefix(use.stage, "$"), c = local.id_of[p.instance][use.name], p = p.id }
    ]
  ])

  edges = concat(
    [
      for use in local.uses : {
        role = use.role
        text = lookup({
          source          = "${use.c} --> ${use.p}"
          sink            = "${use.p} --> ${use.c}"
          dlq             = "${use.p} -. DLQ .-> ${use.c}"
          lookup          = "${use.c} -. ${use.stage} .-> ${use.p}"
          schema_registry = "${use.c} -. schemas .-> ${use.p}"
        }, use.role, "${use.c} --- ${use.p}")
      }
    ],
    flatten([
      for c in local.connection_nodes : [
        for l in local.link_nodes : { role = "private link", text = "${l.id} --- ${c.id}" } if contains(c.links, l.link)
      ]
    ]),
  )

  # Mermaid reads these characters as its own syntax, and their entities as the characters. A line break would end the line. The
  # space of no width keeps a backslash apart from an n, since Mermaid reads the two as a line break.
  entities = {
    "#" = "#35;", "\"" = "#quot;", "<" = "#lt;", ">" = "#gt;", "&" = "#amp;", "`" = "#96;", "%" = "#37;", "\\" = "#92;#8203;", "\n" = " ", "\t" = " "
  }
  shown = {
    for name in toset(concat(local.instances, local.connection_nodes[*].name, local.processor_nodes[*].name, local.link_nodes[*].name)) :
    name => join("", [for character in split("", name) : lookup(local.entities, character, character)])
  }

  nodes = concat(local.connection_nodes, local.processor_nodes, local.link_nodes)

  map = join("\n", concat(
    ["flowchart LR"],
    flatten([
      for i, instance in local.instances : concat(
        ["  subgraph i${i} [\"${local.shown[instance]}\"]"],
        [for c in local.connection_nodes : "    ${c.id}[(\"${local.shown[c.name]}<br>${c.below}\")]" if c.instance == instance],
        [for p in local.processor_nodes : "    ${p.id}(\"${local.shown[p.name]}<br>${p.below}\")" if p.instance == instance],
        ["  end"],
      )
    ]),
    [for l in local.link_nodes : "  ${l.id}{{\"${local.shown[l.name]}<br>${l.below}\"}}"],
    [for e in local.edges : "  ${e.text}"],
    [for i, e in local.edges : "  linkStyle ${i} stroke-dasharray:8 4" if e.role == "schema_registry"],
    [
      for class, style in {
        bad        = "fill:#ffebe9,color:#82071e,stroke:#cf222e,stroke-width:4px"
        connection = "fill:#ddf4ff,color:#0a3069,stroke:#54aeff"
        link       = "fill:#fbefff,color:#512a97,stroke:#c297ff"
        started    = "fill:#dafbe1,color:#044f1e,stroke:#4ac26b"
        stopped    = "fill:#eaeef2,color:#424a53,stroke:#8c959f"
        unused     = "fill:#ffffff,color:#424a53,stroke:#8c959f,stroke-dasharray:6 4"
      } : "  classDef ${class} ${style}\n  class ${join(",", [for n in local.nodes : n.id if n.class == class])} ${class}"
      if contains(local.nodes[*].class, class)
    ],
    [""],
  ))

  number_of_edges      = length(local.edges)
  number_of_characters = length(local.map)
}

output "map" {
  description = "The diagram. Print it with: terraform output -raw map"
  value       = local.map

  precondition {
    condition     = local.number_of_edges <= 500 && local.number_of_characters <= 50000
    error_message = "The project is too large for Mermaid, which draws at most 500 edges and 50,000 characters. Set instances, such as instances = [\"${try(local.instances[0], "orders")}\"], to draw one instance at a time."
  }

  precondition {
    condition     = length(local.unknown) == 0
    error_message = "The project has no instance ${join(", ", local.unknown)}."
  }
}
