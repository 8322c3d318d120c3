//! The one typed API of the product: what a shell (the window, the terminal) can ask for, and what it is told.
//!
//! The types mirror `ui/src/lib/backend/backend.ts`; the desktop shell generates its bindings from them. They are plain
//! values: no room's own type crosses this border, and this crate sees none but `domain`. Numbers are `u32` and `f64` because that is
//! what a page can hold. Times are milliseconds. The calls themselves are methods of `app::App`, in the folder that answers them.
//!
//! Begin with `event`: everything that a page is told. The other files are named after what they speak of.

mod appraisal;
mod arena;
mod cast;
mod character;
mod conversation;
pub mod editor;
mod event;
mod figures;
mod fit;
mod housekeeping;
mod import;
mod knowledge;
pub mod library;
mod maintenance;
mod memory;
mod message;
mod microphone;
mod part;
mod pictures;
mod problem;
mod scenery;
mod settings;
mod stage;
mod story;
mod studio;
mod vault;
mod writing;

pub use self::appraisal::{
    AppraisalOrder, AppraisalRun, AppraisalView, ComparisonView, FailureBlock, FailureView,
    FigureChange, FigureExample,
};
pub use self::arena::{
    AdapterView, ArenaCounts, ArenaPair, ArenaResults, ArenaReveal, ArenaRound, ArenaRow,
    ArenaSide, MarkedReply,
};
pub use self::cast::{CastMember, CastView};
pub use self::character::{CharacterSummary, Puppet};
pub use self::conversation::{ConversationView, PurgedConversations, RemovedConversation};
pub use self::event::{AppEvent, HearingState, Snapshot};
pub use self::figures::{CoreView, FigurePreview, FigureReport, FigureView};
pub use self::fit::{FitAsked, FitPart, FitView, RepositoryFile, RepositoryView};
pub use self::housekeeping::{
    AccessView, AsideView, DataPart, KeepingView, PlanView, PlannedGpu, PlannedModel,
    UpdateStanding, UpdateStep, UpdateView,
};
pub use self::import::ImportReport;
pub use self::knowledge::{
    DocumentView, LookedUp, PassageView, PlaceView, ReadingView, RefusedView,
};
pub use self::maintenance::{
    BackupView, CommandLine, DatabaseView, ErrandReport, ErrandView, ModelCheck, MovePlace,
    WorkProgress,
};
pub use self::memory::{
    MeaningView, MemoryAcquaintance, MemoryChapter, MemoryFact, MemoryImport, MemoryPage,
    MemoryReader, MemoryScene, MemorySource, Recollection,
};
pub use self::message::{Cue, EmotionName, MessageView, MouthName, Speaker, Timings, Viseme};
pub use self::microphone::{MicFinding, MicReport, MicStep, MicTest};
pub use self::part::{DeviceList, ModelEntry, PartKind, PartState, VoiceEntry};
pub use self::pictures::{PictureSettings, ScenePictureView};
pub use self::problem::Problem;
pub use self::scenery::{HeardAtView, OwnPlaceView, OwnSceneryPatch, OwnSceneryView, OwnSoundView};
pub use self::settings::{Settings, SettingsPatch};
pub use self::stage::{LooksPreview, LooksReport, RefusedLook, StageCue};
pub use self::story::{
    AuthorNote, AuthorNotesView, BranchNode, Explanation, LoreFired, PromptBlock, SaveView,
    StageState,
};
pub use self::studio::{
    StudioAdvice, StudioAsking, StudioBase, StudioChange, StudioChoice, StudioDataset, StudioDesk,
    StudioLine, StudioLines, StudioMadeUp, StudioPerson, StudioPoint, StudioProject, StudioQuery,
    StudioRecipe, StudioRefused, StudioReveal, StudioRun, StudioSample, StudioScan, StudioTerms,
    StudioVotes, StudioWarning,
};
pub use self::vault::{VaultProgress, VaultView};
pub use self::writing::{
    ComputeDevice, ComputesOnView, DevicesView, Downloads, Remote, Search, Writing,
};
