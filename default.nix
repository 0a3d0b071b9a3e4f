# nix-build --argstr registry "$(npm config get registry)" [--argstr version 1.2.3]
{
  pkgs ? import <nixpkgs> { },
  lib ? pkgs.lib,

  # What `psusage --version` says.
  version ? (lib.importJSON ./package.json).version,

  # Where packages come from. package-lock.json names them and their hashes, not their addresses.
  registry ? builtins.getEnv "npm_config_registry",
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

assert lib.assertMsg (registry != "") "psusage: name an npm registry with --argstr registry <address>";

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
      ./scripts/bundle-echarts.js
      ./scripts/man-page.ts
      ./scripts/write-man-page.ts
      ./src
      ./tsconfig.build.json
      ./tsconfig.json
    ];
  };

  # src/shared/version.ts reads the version from package.json, where it is installed.
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

  # better-sqlite3 is compiled: stdenv has the C++ compiler, node-gyp wants Python.
  nativeBuildInputs = [
    pkgs.installShellFiles
    pkgs.makeWrapper
    pkgs.python3
  ];

  # npm links manual pages that package.json lists, nixpkgs's hook only one that it names.
  postInstall = ''
    installManPage dist/man/psusage.1
    wrapProgram $out/bin/psusage --prefix PATH : ${lib.makeBinPath [ pkgs.procps ]}
    for shell in bash zsh fish; do
      installShellCompletion --cmd psusage --$shell <($out/bin/psusage completion $shell)
    done
  '';

  meta = {
    inherit (package) description;
    license = lib.licenses.mit;
    mainProgram = "psusage";
    platforms = lib.platforms.linux;
  };
}
