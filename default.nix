# nix-build -E "with import <nixpkgs> {}; callPackage ./default.nix {}", or nix-build [--argstr version 1.2.3]
{
  pkgs ? import <nixpkgs> { },
  lib ? pkgs.lib,

  # What `psusage --version` says.
  version ? (lib.importJSON ./package.json).version,

  # Where packages come from. package-lock.json names them and their hashes, not their addresses; npm knows its registry.
  registry ? lib.fileContents (
    pkgs.runCommand "npm-registry" {
      nativeBuildInputs = [ pkgs.nodejs ];
    } "HOME=$TMPDIR npm config get registry > $out"
  ),
}:

let
  manifest = lib.importJSON ./package.json;
  package = manifest // {
    inherit version;
  };
  lock = lib.importJSON ./package-lock.json;

  # node_modules/a/node_modules/@scope/name is @scope/name, kept as <registry>/@scope/name/-/name-1.0.0.tgz.
  addressOf =
    path: module:
    let
      name = lib.last (lib.splitString "node_modules/" path);
    in
    "${lib.removeSuffix "/" registry}/${name}/-/${baseNameOf name}-${module.version}.tgz";

  withAddress = path: module: module // lib.optionalAttrs (path != "") { resolved = addressOf path module; };
in

pkgs.buildNpmPackage {
  pname = package.name;
  inherit version;

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./CHANGELOG.md
      ./LICENSE
      ./README.md
      ./docs
      ./migrations
      ./package-lock.json
      ./package.json
      ./packaging
      ./scripts/bundle.js
      ./scripts/man-page.ts
      ./scripts/write-man-page.ts
      ./src
      ./tsconfig.json
    ];
  };

  # The bundle has the version of package.json.
  postPatch = ''
    substituteInPlace package.json \
      --replace-fail '"version": "${manifest.version}"' '"version": "${version}"'
  '';

  npmDeps = pkgs.importNpmLock {
    inherit package;
    packageLock = lock // {
      packages = lib.mapAttrs withAddress lock.packages;
    };
  };
  npmConfigHook = pkgs.importNpmLock.npmConfigHook;

  # Packing would build a second time.
  npmPackFlags = [ "--ignore-scripts" ];

  # better-sqlite3 is compiled: stdenv has the C++ compiler, node-gyp wants Python.
  nativeBuildInputs = [
    pkgs.installShellFiles
    pkgs.makeWrapper
    pkgs.python3
  ];

  # npm 12 runs no install script of a file; the lock has the hash of each.
  npm_config_dangerously_allow_all_scripts = "true";

  # Beside the bundle only the compiled part of better-sqlite3 runs: no path of the build but those of Node.js and procps is
  # to be kept.
  # npm links manual pages that package.json lists, nixpkgs's hook only one that it names.
  # The completions' run leaves V8's code cache beside the program.
  postInstall = ''
    modules=$out/lib/node_modules/psusage/node_modules
    find $modules -not -type d -not -path '*/better-sqlite3/LICENSE' -not -path '*/better-sqlite3/package.json' \
      -not -path '*/better-sqlite3/build/Release/better_sqlite3.node' -delete
    find $modules -type d -empty -delete
    installManPage dist/man/psusage.1
    install -Dm644 -t $out/lib/systemd/system packaging/systemd/*.{service,timer}
    sed -i "s|^\(Exec[A-Za-z]*=-\?\)psusage|\1$out/bin/psusage|" $out/lib/systemd/system/*.service
    wrapProgram $out/bin/psusage --prefix PATH : ${lib.makeBinPath [ pkgs.procps ]}
    for shell in bash zsh fish; do
      installShellCompletion --cmd psusage --$shell <($out/bin/psusage completion $shell)
    done
  '';

  # npm ends well without the addon, too.
  doInstallCheck = true;
  installCheckPhase = ''
    node -e 'require(process.argv[1])' $out/lib/node_modules/psusage/node_modules/better-sqlite3/build/Release/better_sqlite3.node
  '';

  meta = {
    inherit (package) description;
    license = lib.licenses.mit;
    mainProgram = "psusage";
    platforms = lib.platforms.linux;
  };
}
