# As much of nixpkgs as default.nix and packaging/nixos.nix call. Builders, options and conditions give back what they are told.
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
    inherit (builtins) mapAttrs;
    mapAttrsToList = function: attrs: builtins.attrValues (mapAttrs function attrs);
    filterAttrs =
      wanted: attrs:
      removeAttrs attrs (builtins.filter (name: !wanted name attrs.${name}) (builtins.attrNames attrs));
    optionalAttrs = condition: attrs: if condition then attrs else { };
    getExe = package: "${package}/bin/${package.meta.mainProgram}";
    mkOption = option: option;
    mkEnableOption = description: {
      inherit description;
      example = true;
    };
    mkDefault = value: value;
    mkIf = optionalAttrs;
    literalExpression = text: text;
    types = {
      listOf = each: "list of ${each}";
      nullOr = each: "${each} or null";
      package = "package";
      str = "string";
    };
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
    runCommand = _name: _environment: _script: ./npm-registry;
    formats.toml = _: {
      type = "TOML";
      generate = name: _value: name;
    };
    installShellFiles = "install-shell-files";
    makeWrapper = "make-wrapper";
    nodejs = "nodejs";
    procps = "procps";
    python3 = "python3";
  };
in
pkgs
