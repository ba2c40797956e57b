//! Everything that can be wrong with a design, with the numbers that show it. No words: `words` has
//! them.

use super::growth::{Moves, PinFault};
use super::optics::OpticsFault;
use super::spines::{Even, ReachRemedy, SpineRemedy};
use crate::fabric::catalog::Cage;
use crate::fabric::name::template::TemplateFault;
use crate::fabric::placement::DeviceKey;
use crate::fabric::ports::PortSpecFault;
use crate::fabric::units::{Mode, Room, Speed};

/// A limit of a switch profile on logical ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortLimit {
    /// All data ports of the switch together.
    Switch,
    /// Each of these pipelines, by its name and the cages that share it.
    Pipelines(Vec<(String, String)>),
}

/// One variant for each thing that can be wrong, with the numbers that show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    // Words and names.
    UnknownWord {
        word: String,
        allowed: &'static [&'static str],
    },
    BadName {
        name: String,
    },
    /// A switch class and a server class with one name.
    ClassNameTwice,
    /// A `name` inside of an object that differs from its key in the plan's map.
    NameDiffersFromKey {
        name: String,
        key: String,
    },
    /// A template for what is no category of devices.
    NamingCategory {
        category: String,
        near: Vec<String>,
    },
    NamingTemplate {
        category: String,
        template: String,
        fault: TemplateFault,
        near: Vec<String>,
    },
    /// All devices of a class get one name.
    NameWithoutIndex {
        category: &'static str,
        template: String,
        name: String,
    },
    DeviceNameLength {
        name: String,
        category: &'static str,
        length: usize,
    },
    DeviceNameCharacters {
        name: String,
        category: &'static str,
    },
    /// `formerly` names a class that is still there.
    FormerNameExists {
        formerly: String,
        /// The class itself.
        own: bool,
    },
    /// Another class was called so, too.
    FormerNameTwice {
        formerly: String,
        other: String,
    },
    DuplicateDeviceName {
        name: String,
        first: DeviceKey,
        second: DeviceKey,
    },
    /// Addresses are made of names.
    BootMacTwice {
        mac: String,
        first: String,
        second: String,
    },
    TooMany {
        what: &'static str,
        count: u64,
        limit: u64,
    },

    // A switch class alone.
    FabricBlank,
    UnknownProfile {
        profile: String,
        near: Vec<String>,
    },
    /// Of two arguments exactly one is wanted.
    ExactlyOneOf {
        a: &'static str,
        b: &'static str,
        both: bool,
    },
    /// A described switch has no name that a device type could be called by.
    CustomDeviceType,
    /// Two kinds of ports name the same cages.
    CustomPortsTwice {
        ports: String,
        other: String,
    },
    /// Two port groups, or two pipelines, name the same cages.
    CustomSharedTwice {
        what: &'static str,
        ports: String,
        other: String,
    },
    /// Cages are numbered from 1 without gaps.
    CustomPortsMissing {
        missing: String,
        /// 0: there is no port at all.
        last: u32,
    },
    /// An entry of `breakouts` or `speeds`.
    ModeSyntax {
        text: String,
        broken_out: bool,
    },
    CageCannot {
        cage: Cage,
        mode: Mode,
        /// Speeds that the cage knows.
        speeds: Vec<Speed>,
    },
    RoleNotDocumented {
        profile: String,
        role: &'static str,
    },
    /// A leaf for external connections that has no subinterfaces.
    NoSubinterfaces {
        profile: String,
        role: &'static str,
    },
    PortSpec {
        spec: String,
        fault: PortSpecFault,
    },
    PortsOutsideProfile {
        argument: &'static str,
        ports: String,
        profile: String,
        last: u32,
    },
    BreakoutSyntax {
        breakout: String,
    },
    BreakoutNotAMode {
        breakout: Mode,
        ports: String,
        profile: String,
        modes: Vec<Mode>,
    },
    /// Without `breakout`, and the ports' defaults differ.
    ZoneMixesModes {
        modes: Vec<Mode>,
    },
    /// The other zone takes the ports.
    ZonesOverlap {
        winner: String,
        ports: String,
    },
    /// Other zones take all its ports.
    ZoneWithoutPorts,
    ZoneTypeForRole {
        zone_type: &'static str,
        role: &'static str,
    },
    GroupSpeeds {
        group: String,
        ports: String,
        speeds: Vec<Speed>,
    },
    PortLimit {
        profile: String,
        limit: PortLimit,
        needed: u32,
        available: u32,
    },
    OverrideBelowMinimum {
        override_quantity: u32,
        min_quantity: u32,
    },
    RedundancyUnused {
        redundancy: &'static str,
        /// The switch, or the release, cannot do it.
        impossible: bool,
    },
    /// It has a meaning for leaves only.
    RedundancyOnSpine {
        redundancy: &'static str,
    },
    /// An attachment needs it.
    MclagRemoved {
        release: String,
    },
    GroupName {
        group: String,
    },
    GroupNameTwice {
        group: String,
        other: String,
    },
    GroupOfOne {
        redundancy: &'static str,
        size: u32,
        quantity: u32,
        /// The nearest quantities that the class may have.
        legal: Vec<u32>,
    },
    PriorityZero,
    AllocationOrderMissing,
    AllocationOrderUnused,
    AllocationOrder {
        twice: String,
        missing: String,
        foreign: String,
    },
    PeerUnused {
        zone_type: &'static str,
    },
    PairZoneUnused {
        zone_type: &'static str,
    },
    /// A number of links in a redundancy that has none.
    PairLinksUnused {
        what: &'static str,
        redundancy: &'static str,
    },
    NoPairLinks {
        what: &'static str,
    },
    PairPorts {
        peer: u32,
        session: u32,
        peer_ports: u32,
        session_ports: u32,
        shared: u32,
    },

    // A server class alone.
    UnknownNic {
        nic: String,
        near: Vec<String>,
    },
    NicPortsUnknown {
        module_type: Option<String>,
    },
    NicPortNamedTwice {
        port: String,
    },
    /// What a card's port makes of an interface is no name that NetBox takes.
    NicPortName {
        interface: String,
    },
    /// Two cards of a server would have an interface of one name.
    NicPortOfTwo {
        interface: String,
        other: String,
    },
    NicPortRange {
        nic: String,
        first: u32,
        ports: u32,
        available: u32,
    },
    NicPortTaken {
        nic: String,
        port: String,
        other: String,
    },
    NoPorts,
    NoSpeed,
    /// The ports of a card are slower than the attachment.
    CardTooSlow {
        nic: String,
        card: Speed,
        wanted: Speed,
    },
    CardFaster {
        nic: String,
        card: Speed,
        wanted: Speed,
    },
    BundleOfOne,
    BundleTooSmall {
        kind: &'static str,
    },
    BundleUneven {
        ports: u32,
    },
    DistributionForType {
        kind: &'static str,
        distribution: &'static str,
    },
    ServersUnattached,
    NicUnused,
    RailMissing,
    RailIgnored {
        rail: u32,
    },
    /// Some rails have more ports of a server than others.
    RailsUneven {
        zone: String,
        /// With how many ports of one server, ascending by rail.
        rails: Vec<(u32, u32)>,
    },
    /// Each of two classes has rails that the other lacks, and they share some.
    RailsShifted {
        zone: String,
        rails: Vec<u32>,
        other: String,
        others: Vec<u32>,
    },
    RetiredBeyondQuantity {
        number: u32,
        quantity: u32,
    },

    // Between classes.
    ZoneReference {
        text: String,
    },
    UnknownClass {
        class: String,
        near: Vec<String>,
    },
    UnknownZone {
        class: String,
        zone: String,
        near: Vec<String>,
    },
    ZoneNotForServers {
        zone: String,
        zone_type: &'static str,
        /// It names a far end.
        has_peer: bool,
    },
    SpeedMismatch {
        speed: Speed,
        zone: String,
        mode: Mode,
        fitting: Vec<Mode>,
    },
    LeafWithoutUplinks {
        fabric: String,
        spines: String,
        /// Zones of that type, of which no port is left.
        excluded: Vec<String>,
    },
    /// All its uplinks lead to far ends that they name, and none of these is a spine.
    LeafBesideSpines {
        fabric: String,
        spines: String,
    },
    UplinksUnused {
        fabric: String,
        mesh: bool,
    },
    SpinesWithoutLeaves {
        fabric: String,
        /// Fabrics of the plan that have leaves.
        others: Vec<String>,
    },
    SpineWithoutFabricZone {
        fabric: String,
        /// Zones of that type, of which no port is left.
        excluded: Vec<String>,
    },
    SeveralSpineClasses {
        fabric: String,
        classes: Vec<String>,
    },
    FabricSpeed {
        fabric: String,
        uplink: Speed,
        spines: Vec<Speed>,
    },

    Optics(OpticsFault),

    // What switches ask of each other.
    ReleaseSyntax {
        text: String,
    },
    PortTypeForZone {
        port_type: &'static str,
        zone: String,
        zone_type: &'static str,
    },
    RedundancyMissing {
        kind: &'static str,
        class: String,
        found: Option<&'static str>,
    },
    MclagDeprecated {
        release: String,
    },
    /// An attachment of redundant links to a class of spines.
    BundleOnSpine {
        kind: &'static str,
        class: String,
    },
    FeatureMissing {
        feature: &'static str,
        class: String,
        profile: String,
    },
    EslagInMesh {
        class: String,
    },
    PeerZoneType {
        zone: String,
        zone_type: &'static str,
    },
    PeerSpeed {
        near: Mode,
        zone: String,
        far: Mode,
    },
    PeerCycle {
        classes: Vec<String>,
    },
    /// Not the same number of ports for each far switch, or fewer than there are of these.
    PeerUneven {
        ports: u32,
        class: String,
        switches: u32,
        even: Option<Even>,
        /// The far switches are so many whatever asks that zone.
        others: bool,
    },
    FabricClassMixed {
        fabric: String,
        other: String,
    },
    /// A leaf that takes L3 VPCs only, in a fabric with one that takes all.
    L3OnlyLeaf {
        fabric: String,
        profile: String,
        other: String,
    },
    MeshZoneUnused,
    MeshWithSpine {
        fabric: String,
        other: String,
    },
    MeshMixed {
        fabric: String,
        other: String,
    },
    MeshWithoutQuantity,
    MeshSize {
        fabric: String,
        total: u32,
    },
    MeshTooLarge {
        profile: String,
        total: u32,
        limit: u32,
        release: String,
        /// The documentation of the release says so, and not only that of an earlier one.
        documented: bool,
    },
    /// Links of a mesh take a VLAN each on such a switch, of a range that has no more.
    MeshVlans {
        ports: u32,
        limit: u32,
    },
    MeshPorts {
        fabric: String,
        needed: u32,
        available: u32,
    },
    MeshPortsSpare {
        spare: u32,
        others: u32,
    },
    MeshUneven {
        fabric: String,
        ports: Vec<String>,
    },
    AddressPlan {
        fabric: String,
        what: &'static str,
        needed: u64,
        available: u64,
    },

    // Placement.
    /// The attachments of a zone do not fit into the quantity that the design fixes.
    OverrideTooSmall {
        zone: String,
        needed: u64,
        available: u64,
        quantity: u32,
        /// With so many they fit, where nothing is placed yet.
        sufficient: u32,
        /// In a mesh, which has to say how many switches it has: as many as there may be.
        most: Option<u32>,
        /// Links between leaves and spines find ports with that many, too.
        linked: bool,
        /// Every way to place them was tried.
        certain: bool,
        /// With so many more logical ports on each switch they fit, if few do.
        more: Option<u32>,
    },
    /// A smaller quantity may do: not every way to place with it was tried.
    QuantityInDoubt {
        quantity: u32,
        doubted: u32,
    },
    /// What must share one switch is more than one switch has.
    UnitTooLarge {
        zone: String,
        needed: u32,
        available: u32,
        room: Room,
    },
    /// Ports of one attachment on distinct switches, more than there are.
    AlternatingSwitches {
        ports: u32,
        switches: u32,
        /// So many place all that is asked of the class.
        sufficient: u32,
        /// In a mesh: as many as there may be.
        most: Option<u32>,
    },
    /// One switch only, so nothing alternates.
    AlternatingAlone {
        class: String,
    },
    /// Of a speed of which the spines of a fabric have too few ports, or not where links have to be.
    SpinePorts {
        fabric: String,
        speed: Speed,
        needed: u64,
        available: u64,
        spines: u32,
        remedy: SpineRemedy,
    },
    UplinksFewerThanSpines {
        leaf: String,
        speed: Speed,
        uplinks: u32,
        spines: u32,
        remedy: ReachRemedy,
    },
    UnevenStriping {
        uplinks: u32,
        spines: u32,
    },

    /// `excluded_ports` cannot be read.
    ExcludedPorts {
        spec: String,
        fault: PortSpecFault,
    },
    /// All ports of a zone are excluded.
    ZoneExcluded {
        zone: String,
    },
    /// All ports of a zone that names its far end are excluded.
    FarEndExcluded {
        zone: String,
        ports: String,
        peer: String,
    },
    /// The zone of an attachment, or of a peer, has no port that is not excluded.
    NoPortsLeft {
        zone: String,
    },
    /// A pin, as written, that cannot be kept.
    Pin {
        pin: String,
        to: String,
        fault: PinFault,
    },
    /// Cables that are there are put on other ports.
    CablesMove {
        moved: u32,
        of: u32,
        groups: Vec<Moves>,
    },

    /// A broken invariant of ours.
    Internal {
        what: String,
    },
}
