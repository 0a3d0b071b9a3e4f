# imports = [ ./psusage/packaging/nixos.nix ]; services.psusage.enable = true;
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib) mkOption types;
  cfg = config.services.psusage;
  toml = pkgs.formats.toml { };
  written = toml.generate "psusage.toml" cfg.settings;
  checked = pkgs.runCommand "psusage.toml" { } ''
    ${lib.getExe cfg.package} --config ${written} config check
    cp ${written} $out
  '';

  # Not types.path: Nix would copy the file to its store, which everybody may read.
  secret =
    what:
    mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "/run/keys/psusage";
      description = "A file with the ${what} of the server and nothing else, which only root has to be able to read.";
    };
  secrets = lib.filterAttrs (_: file: file != null) {
    PSUSAGE_INFLUX_PASSWORD_FILE = cfg.ship.passwordFile;
    PSUSAGE_INFLUX_TOKEN_FILE = cfg.ship.tokenFile;
  };
in
{
  options.services.psusage = {
    enable = lib.mkEnableOption "the recorder of CPU credits per user. Members of the group `psusage` may read what it records";

    package = mkOption {
      type = types.package;
      default = pkgs.callPackage ../default.nix { };
      defaultText = lib.literalExpression "pkgs.callPackage ../default.nix { }";
      description = "The package that brings the program and its units.";
    };

    programs = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [
        "php-fpm"
        "mariadbd"
      ];
      description = "Names of the programs to record, or shell patterns. None: every process.";
    };

    retention = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "90d";
      description = "Age at which the recorder deletes records that need not be shipped. Null: it keeps all.";
    };

    settings = mkOption {
      type = toml.type;
      default = { };
      example = {
        report.budget = [
          "20%"
          "shop_*=288c"
        ];
        influx.url = "http://localhost:8086";
        influx.database = "psusage";
      };
      description = "What `/etc/psusage.toml` holds: the long options of each command, as in `packaging/psusage.toml`. Every user may read it.";
    };

    ship = {
      enable = lib.mkEnableOption "shipping to the server that `settings.influx` names";

      interval = mkOption {
        type = types.str;
        default = "minutely";
        example = "*:0/5";
        description = "When to ship, as a calendar event of systemd.";
      };

      passwordFile = secret "password";
      tokenFile = secret "token";
    };
  };

  config = lib.mkIf cfg.enable {
    services.psusage.settings = {
      journal = lib.mkDefault "/var/lib/psusage/psusage.db";
      record = {
        inherit (cfg) programs;
      }
      // lib.optionalAttrs (cfg.retention != null) { inherit (cfg) retention; };
    };

    environment.etc."psusage.toml".source = checked;
    environment.systemPackages = [ cfg.package ];

    users.groups.psusage = { };
    users.users.psusage = {
      isSystemUser = true;
      group = "psusage";
    };

    # The units are the package's own; what stands here is added to them.
    systemd.packages = [ cfg.package ];
    systemd.services.psusage = {
      wantedBy = [ "multi-user.target" ];
      restartTriggers = [ checked ];
    };
    systemd.services.psusage-ship = lib.mkIf cfg.ship.enable {
      environment = lib.mapAttrs (name: _: "%d/${name}") secrets;
      serviceConfig.LoadCredential = lib.mapAttrsToList (name: file: "${name}:${file}") secrets;
    };
    systemd.timers.psusage-ship = lib.mkIf cfg.ship.enable {
      wantedBy = [ "timers.target" ];
      # The empty one takes back the unit's own.
      timerConfig.OnCalendar = [
        ""
        cfg.ship.interval
      ];
    };
  };
}
