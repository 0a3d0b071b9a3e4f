# As much of nixpkgs as default.nix calls; its builders give back what they are told.
{ }:
let
  lib = rec {
    importJSON = path: builtins.fromJSON (builtins.readFile path);
    fileContents = file: removeSuffix "\n" (builtins.readFile file);
    removeSuffix =
      suffix: text:
      let
        length = builtins.stringLength text - builtins.stringLength suffix;
      in
      if builtins.substring length (-1) text == suffix then builtins.substring 0 length text else text;
    last = list: builtins.elemAt list (builtins.length list - 1);
    splitString = separator: text: builtins.filter builtins.isString (builtins.split separator text);
    mapAttrs = builtins.mapAttrs;
    optionalAttrs = condition: attrs: if condition then attrs else { };
    makeBinPath = packages: builtins.concatStringsSep ":" (map (each: "${each}/bin") packages);
    fileset = {
      unions = files: map (each: assert builtins.pathExists each; toString each) files;
      toSource = { root, fileset }: fileset;
    };
    licenses.mit = "MIT";
    platforms.linux = [ "x86_64-linux" ];
  };

  pkgs = {
    inherit lib pkgs;
    callPackage =
      path: arguments:
      let
        function = import path;
      in
      function (builtins.intersectAttrs (builtins.functionArgs function) pkgs // arguments);
    buildNpmPackage = arguments: arguments;
    importNpmLock = {
      __functor = _: arguments: arguments;
      npmConfigHook = "npm-config-hook";
    };
    # Stands for what npm prints.
    runCommand = _name: { nativeBuildInputs }: _script: ./npm-registry;
    installShellFiles = "install-shell-files";
    makeWrapper = "make-wrapper";
    nodejs = "nodejs";
    procps = "procps";
    python3 = "python3";
  };
in
pkgs
